import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roles, testWallet } from "@trainchain/testing";
import {
  expectFitsNarrowWindows,
  expectNoAxeViolations,
  installTestWallet,
  openBrowser,
  openSession,
} from "@trainchain/testing/browser";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import type { Browser } from "playwright-core";
import { createPublicClient, http, parseEther } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildScreens } from "../../scripts/build-screens.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { type AgentLine, runCli, startAgent, toyModel } from "../agent-process.ts";
import { listenToPresses } from "../listen-to-presses.ts";
import { startContributorApp } from "./app-process.ts";

/** Wallets of test keys that the chain has given nothing. */
const [headless, inWindow, bonded] = [60, 61, 62];

let dataDir: string;
let world: LocalWorld;
let browser: Browser;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-without-coin-"));
  [world, browser] = await Promise.all([
    startLocalWorld({ dataDir, models: [toyModel], pythonEnvDir, escrowVersion: "2" }),
    openBrowser(),
    buildScreens(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function createJob(reward: string, bond = "0", more: readonly string[] = []): Promise<string> {
  const file = join(dataDir, "rows.jsonl");
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ instruction: `Name the number after ${i}.`, input: "", output: `It is ${i + 1}.` }),
  );
  await writeFile(file, `${rows.join("\n")}\n`);
  const data = ["--dataset", file, "--model", toyModel, "--proof", "result"];
  const terms = ["--reward", reward, "--contributors", "1", "--bond", bond];
  const training = ["--rank", "4", "--epochs", "1", "--learning-rate", "0.004", "--max-length", "128"];
  const args = ["job", "create", ...data, ...terms, ...training, ...more, "--yes"];
  return (await runCli<{ jobId: string }>(world, roles.requester, args)).jobId;
}

/** What a wallet holds, and how many transactions it ever sent. */
async function holdingsOf(wallet: number) {
  const chain = createPublicClient({ transport: http(world.rpcUrl) });
  const { address } = testWallet(wallet);
  const [balance, sent] = await Promise.all([
    chain.getBalance({ address }),
    chain.getTransactionCount({ address }),
  ]);
  return { balance, sent };
}

it("a wallet that never held a coin accepts, trains and is paid without sending anything; a bond it cannot lock", async () => {
  const [jobId, withBond] = [await createJob("0.5"), await createJob("0.5", "0.01")];
  expect(await holdingsOf(headless)).toEqual({ balance: 0n, sent: 0 });
  const run = async (wallet: number, job: string) => {
    const lines: AgentLine[] = [];
    const agent = await startAgent(world, wallet, ["--jobs", job], (line) => lines.push(line));
    return { code: await agent.exited, lines, output: await agent.lastLines() };
  };
  const refused = await run(bonded, withBond);
  expect([refused.code, refused.lines.at(-1)?.code]).toEqual([2, "insufficient-funds"]);
  const { code, lines, output } = await run(headless, jobId);
  expect(code, output).toBe(0);
  expect(lines.map(({ now }) => now)).toContain(
    "The wallet signed for a slot of the job; the platform takes it on chain and pays the fee.",
  );
  expect(await holdingsOf(headless)).toEqual({ balance: parseEther("0.5"), sent: 0 });
});

it("in the window it signs once, is told that the platform pays the fee, and is paid: with four presses", async () => {
  await createJob("0.3", "0", ["--title", "Counting on"]);
  const app = await startContributorApp({ apiUrl: world.apiUrl, dataDir: join(dataDir, "app") });
  try {
    const context = await openSession(browser);
    const page = await context.newPage();
    const account = testWallet(inWindow);
    const wallet = await installTestWallet(context, { account, rpcUrl: world.rpcUrl, chainId: 80_002 });
    const pressed = await listenToPresses(page);
    await page.goto(await app.newLink());
    await page.getByRole("button", { name: "Test Wallet" }).click();
    await page.getByText("the platform pays the gas").waitFor();
    // By what its requester calls it.
    await page.getByRole("list", { name: "Open jobs" }).getByRole("link", { name: "Counting on" }).click();
    await page.getByText("the platform takes the slot and pays the fee").waitFor();
    await expectFitsNarrowWindows(page);
    await expectNoAxeViolations(page);
    await page.getByRole("button", { name: "Check this machine" }).click();
    await page.getByText("This machine can do the job").waitFor();
    await page.getByRole("button", { name: "Accept the job" }).click();
    await page.getByRole("heading", { name: "Counting on", level: 1 }).waitFor();
    await page.getByText("Paid: 0.3 POL.").waitFor();
    expect(pressed.length, pressed.join(", ")).toBe(4);
    expect(wallet.requests).not.toContain("eth_sendTransaction");
    expect(await holdingsOf(inWindow)).toEqual({ balance: parseEther("0.3"), sent: 0 });
    await context.close();
  } finally {
    await app.stop();
  }
});
