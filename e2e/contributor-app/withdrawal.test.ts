import { join } from "node:path";
import { roles } from "@trainchain/testing";
import {
  expectFitsNarrowWindows,
  expectNoAxeViolations,
  installTestWallet,
  openBrowser,
  openSession,
} from "@trainchain/testing/browser";
import { localChainId } from "@trainchain/testing/local-world";
import type { Browser } from "playwright-core";
import { parseEther, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildScreens } from "../../scripts/build-screens.ts";
import { delegateAccount, deploy } from "../job-moves/account-code.ts";
import { compileContracts } from "../job-moves/compile-contracts.ts";
import { type JobWorld, startJobWorld } from "../job-moves/job-world.ts";
import type { Person } from "../job-moves/people.ts";
import { type AppProcess, startContributorApp } from "./app-process.ts";

const index = roles.firstContributor;
/** A stake of one POL, less the fee of 5 %. */
const [rewardWei, shareWei] = [parseEther("1"), parseEther("0.95")];

let world: JobWorld;
let browser: Browser;
let app: AppProcess;

beforeAll(async () => {
  [world, browser] = await Promise.all([startJobWorld(), openBrowser(), buildScreens()]);
  const { apiUrl, dataDir } = world.local;
  app = await startContributorApp({ apiUrl, dataDir: join(dataDir, "app") });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await world?.stop();
});

/** A job done and paid for while nobody can pay the account: its share stays in the escrow. */
async function earnUnpayably(contributor: Person): Promise<bigint> {
  const jobId = await world.openJob({ contributors: 1, minContributors: 1, rewardWei });
  const delegate = privateKeyToAccount(generatePrivateKey());
  await world.accept(jobId, contributor, delegate.address);
  const unpayable = await deploy(world.chain, roles.stranger, compileContracts().Unpayable);
  await delegateAccount(world.chain, index, unpayable);
  await world.deliver(jobId, contributor, delegate);
  await world.untilStatus(jobId, "completed");
  await world.untilBalance(contributor, shareWei);
  return jobId;
}

/** The window of the app, signed in with the contributor's own wallet. */
async function openEarnings({ account }: Person) {
  const context = await openSession(browser);
  await installTestWallet(context, { account, rpcUrl: world.local.rpcUrl, chainId: localChainId });
  const page = await context.newPage();
  await page.goto(await app.newLink());
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await page.getByRole("region", { name: "Your machine" }).getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Earnings" }).click();
  await page.getByText("Nothing earned yet").waitFor();
  return page;
}

it("a payment that the wallet could not take waits, and is withdrawn by the window once the wallet takes it", async () => {
  const contributor = await world.person(index);
  const gained = await world.openLedger({ contributor });
  const page = await openEarnings(contributor);
  const jobId = await earnUnpayably(contributor);
  const withdraw = page.getByRole("button", { name: "Withdraw" });
  const waiting = page.getByRole("definition").filter({ hasText: /^0\.95 POL$/ });

  await withdraw.waitFor();
  // Earned, and not yet in the wallet.
  expect(await waiting.count()).toBe(2);
  await expectFitsNarrowWindows(page);
  await expectNoAxeViolations(page);
  await withdraw.click();
  await page.getByRole("alert").getByText("refused its own withdrawal").waitFor();
  await page.getByText("Make the wallet able to receive, then withdraw again.").waitFor();
  expect((await gained()).contributor).toBe(0n);

  await delegateAccount(world.chain, index, zeroAddress);
  await withdraw.click();
  await page.getByText("Withdrawn to your wallet.").waitFor();
  await page.getByText("nothing waits").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(await waiting.count()).toBe(1);
  expect((await gained()).contributor).toBe(shareWei);
  const csv = await page.evaluate(() => fetch("/api/earnings.csv").then((answer) => answer.text()));
  expect(csv).toMatch(new RegExp(`\\r\\n${jobId},[^\\r]*,submitted,completed,0\\.95,`));
});
