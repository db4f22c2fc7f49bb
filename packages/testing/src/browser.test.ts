import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNoAxeViolations, installTestWallet, openBrowser } from "./browser.ts";
import { testWallet } from "./wallets.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** An unroutable RPC: these tests ask the chain nothing. */
const wallet = { rpcUrl: "http://127.0.0.1:9", chainId: 80_002 };

describe("the test wallet", () => {
  it("announces itself, asks for permission first, signs, and can refuse or change account", async () => {
    const page = await (await browser.newContext()).newPage();
    const account = testWallet(5);
    const held = await installTestWallet(page, { ...wallet, account, name: "Someone's wallet" });
    await page.goto("data:text/html,<title>a page</title>");
    const heard = await page.evaluate(async () => {
      const detail = await new Promise<{ info: { name: string }; provider: { request: CallableFunction } }>(
        (resolve) => {
          window.addEventListener("eip6963:announceProvider", (event) =>
            resolve((event as CustomEvent).detail),
          );
          window.dispatchEvent(new Event("eip6963:requestProvider"));
        },
      );
      Object.assign(window, { provider: detail.provider });
      const before = await detail.provider.request({ method: "eth_accounts" });
      const [address] = await detail.provider.request({ method: "eth_requestAccounts" });
      const signature = await detail.provider.request({
        method: "personal_sign",
        params: ["0x6869", address],
      });
      return { name: detail.info.name, before, address, signature };
    });
    expect(heard).toEqual({
      name: "Someone's wallet",
      before: [],
      address: account.address,
      signature: await account.signMessage({ message: "hi" }),
    });

    held.rejectNext();
    const ask = () =>
      page.evaluate(() =>
        (window as unknown as { provider: { request: CallableFunction } }).provider
          .request({ method: "eth_requestAccounts" })
          .catch((error: { code: number }) => error.code),
      );
    expect(await ask()).toBe(4001);
    await held.setAccount(testWallet(6));
    expect(await ask()).toEqual([testWallet(6).address]);
    await page.context().close();
  });
});

describe("expectNoAxeViolations", () => {
  it("passes an accessible page and names what is wrong with another", async () => {
    const page = await (await browser.newContext()).newPage();
    const head = "<!doctype html><html lang=en><title>t</title><main><h1>A page</h1>";
    await page.goto(`data:text/html,${head}</main></html>`);
    await expectNoAxeViolations(page);
    await page.goto(`data:text/html,${head}<img src=x></main></html>`);
    await expect(expectNoAxeViolations(page)).rejects.toThrow("image-alt");
    await page.context().close();
  });
});
