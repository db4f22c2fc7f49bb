import { installTestWallet, openSession } from "@trainchain/testing/browser";
import { localChainId } from "@trainchain/testing/local-world";
import type { Browser, Page } from "playwright-core";
import type { LocalAccount } from "viem";

/** The window of a contributor's app, as its person uses it. */
export async function openAppWindow(
  browser: Browser,
  link: string,
  { account, rpcUrl }: { account: LocalAccount; rpcUrl: string },
) {
  const context = await openSession(browser);
  await installTestWallet(context, { account, rpcUrl, chainId: localChainId });
  const page = await context.newPage();
  await page.goto(link);
  return {
    page,
    signIn: () => signIn(page),
    useOneCore: () => useOneCore(page),
    takeJob: (name: string) => takeJob(page, name),
    untilPaid: (amount: string) => page.getByText(`Paid: ${amount}.`).waitFor(),
  };
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Test Wallet" }).click();
  const profile = page.getByRole("region", { name: "Your machine" });
  await profile.getByText("Measured on this machine").waitFor();
  await profile.getByRole("button", { name: "Save" }).click();
  await profile.waitFor({ state: "hidden" });
}

/** Two machines are one here: each takes its part of it. */
async function useOneCore(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("CPU cores").fill("1");
  await page.getByRole("button", { name: "Save limits" }).click();
  await page.getByText("Saved").waitFor();
  await page.getByRole("link", { name: "Jobs" }).click();
}

/** From the list of open jobs to a slot of the one of that title, or of that model where it has none. */
async function takeJob(page: Page, name: string): Promise<void> {
  await page.getByRole("list", { name: "Open jobs" }).getByRole("link", { name }).click();
  await page.getByRole("button", { name: "Check this machine" }).click();
  await page.getByText("This machine can do the job").waitFor();
  await page.getByRole("button", { name: "Accept the job" }).click();
  await page.waitForURL("**/work/*");
}
