import { testWallet } from "@trainchain/testing";
import { installTestWallet, openSession, type TestWallet } from "@trainchain/testing/browser";
import { type LocalWorld, localChainId } from "@trainchain/testing/local-world";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface Visit {
  page: Page;
  wallet: TestWallet | undefined;
  /** What the console complained of, and every address asked for outside the site. */
  complaints: string[];
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** The test account whose wallet the page has; none without it. */
  walletOf?: number;
  walletChainId?: number;
}

/** Opens a page of the site in a session of its own. */
export async function visitSite(
  browser: Browser,
  { apiUrl, rpcUrl }: Pick<LocalWorld, "apiUrl" | "rpcUrl">,
  path: string,
  { walletOf, walletChainId = localChainId, ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await openSession(browser, options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== apiUrl) complaints.push(`asked ${request.url()}`);
  });
  let wallet: TestWallet | undefined;
  if (walletOf !== undefined) {
    wallet = await installTestWallet(page, {
      account: testWallet(walletOf),
      rpcUrl,
      chainId: localChainId,
      name: "Test Wallet",
    });
    await wallet.setChain(walletChainId);
  }
  await page.goto(apiUrl + path);
  return { page, wallet, complaints, close: () => context.close() };
}
