import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import {
  expectFitsNarrowWindows,
  expectNoAxeViolations,
  installTestWallet,
  openBrowser,
  openSession,
} from "@trainchain/testing/browser";
import { shapesArchive } from "@trainchain/testing/generated-images";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import type { Browser, Page } from "playwright-core";
import { createPublicClient, formatEther, http, parseEther } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildScreens } from "../../scripts/build-screens.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { killTrainerOf, runCli, toyModel, trainersOf } from "../agent-process.ts";
import { type AppProcess, startContributorApp } from "./app-process.ts";
import { keyboardOf } from "./keyboard.ts";

const explorer = "https://explorer.test";
const account = testWallet(roles.firstContributor);

let dataDir: string;
let world: LocalWorld;
let browser: Browser;
const running = new Set<AppProcess>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-app-"));
  [world, browser] = await Promise.all([
    startLocalWorld({
      dataDir,
      models: [toyModel],
      pythonEnvDir,
      env: { api: { EXPLORER_URL: explorer } },
    }),
    openBrowser(),
    buildScreens(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([...running].map((app) => app.stop()));
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(name: string, env: Record<string, string> = {}): Promise<AppProcess> {
  const app = await startContributorApp({ apiUrl: world.apiUrl, dataDir: join(dataDir, name), env });
  running.add(app);
  return app;
}

async function createJob(reward: string, epochs = 1, more: readonly string[] = []): Promise<string> {
  const file = join(dataDir, "rows.jsonl");
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ instruction: `Name the number after ${i}.`, input: "", output: `It is ${i + 1}.` }),
  );
  await writeFile(file, `${rows.join("\n")}\n`);
  const data = ["--dataset", file, "--model", toyModel, "--description", "Count on."];
  const terms = ["--reward", reward, "--contributors", "1", "--bond", "0.01"];
  const training = [
    "--rank",
    "4",
    "--epochs",
    `${epochs}`,
    "--learning-rate",
    "0.004",
    "--max-length",
    "128",
  ];
  const args = ["job", "create", ...data, ...terms, ...training, ...more, "--yes"];
  return (await runCli<{ jobId: string }>(world, roles.requester, args)).jobId;
}

/** Pictures of shapes, which the smallest network learns to tell apart in three passes. */
async function createImageJob(reward: string): Promise<string> {
  const archive = join(dataDir, "shapes.zip");
  await writeFile(archive, await shapesArchive(150));
  const data = ["--dataset", archive, "--description", "Tell shapes apart."];
  const training = ["--epochs", "3", "--imgsz", "32", "--seed", "1"];
  const args = ["job", "create-image", ...data, "--reward", reward, ...training, "--yes"];
  return (await runCli<{ jobId: string }>(world, roles.requester, args)).jobId;
}

it("the local server answers its own window alone", async () => {
  const app = await start("guarded");
  const link = await app.newLink();
  const code = link.split("#open=")[1];
  const send = (path: string, init: RequestInit = {}) => fetch(`${app.origin}${path}`, init);
  const open = (headers: Record<string, string>) =>
    send("/api/open", { method: "POST", headers, body: JSON.stringify({ code }) });

  expect((await send("/api/state")).status).toBe(401);
  expect((await send("/", { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
  expect((await open({})).status).toBe(403);
  expect((await open({ origin: "http://evil.test" })).status).toBe(403);
  const opened = await open({ origin: app.origin });
  expect(opened.status).toBe(204);
  const cookie = opened.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/i);
  expect((await open({ origin: app.origin })).status).toBe(403);

  const state = await send("/api/state", { headers: { cookie: cookie.split(";")[0] ?? "" } });
  expect(state.status).toBe(200);
  expect((await send("/")).headers.get("content-security-policy")).toContain("default-src 'none'");
  const foreignWrite = { method: "DELETE", headers: { cookie, origin: "http://evil.test" } };
  expect((await send("/api/session", foreignWrite)).status).toBe(403);
  expect((await send("/..%2f..%2fpackage.json")).status).toBe(404);
  await app.stop();
});

it("a job goes from the list to the payment by the window, through refusals, a wrong network, a reload and a kill", async () => {
  // Long enough to be looked at, paused and killed in the middle.
  const jobId = await createJob("0.5", 48);
  const chain = createPublicClient({ transport: http(world.rpcUrl) });
  const before = await chain.getBalance({ address: account.address });
  const app = await start("journey");
  const context = await openSession(browser);
  const page = await context.newPage();
  const wallet = await installTestWallet(context, { account, rpcUrl: world.rpcUrl, chainId: 80_002 });

  await page.goto(await app.newLink());
  await expectUsable(await at(page, "Earn with your machine"));
  wallet.rejectNext();
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await page.getByText("You declined the request in your wallet").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  const profile = page.getByRole("region", { name: "Your machine" });
  await profile.getByText("Measured on this machine").waitFor();
  await expectUsable(page);
  await profile.getByRole("button", { name: "Save" }).click();
  await profile.waitFor({ state: "hidden" });

  await wallet.setChain(1);
  await page.getByText("Your wallet is on another network").waitFor();
  await page.getByRole("button", { name: /^Switch to/ }).click();
  await page.getByText("Your wallet is on another network").waitFor({ state: "hidden" });
  await wallet.setAccount(testWallet(roles.stranger));
  await page.getByText("Your wallet has another account open").waitFor();
  await wallet.setAccount(account);
  await page.getByText("Your wallet has another account open").waitFor({ state: "hidden" });

  const offer = page.getByRole("list", { name: "Open jobs" }).getByRole("link", { name: "toy-model" });
  await offer.waitFor();
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByText("No job fits").waitFor();
  await page.getByRole("searchbox").fill("count on");
  await page.getByText(/^bond 0\.01 POL, returned with the verdict$/).waitFor();
  await expectUsable(page);
  await offer.click();
  await page.getByText("Bond, returned with the verdict on it").waitFor();
  await page.getByText(/until the verdict on your delivery\. It is burned if you deliver nothing/).waitFor();
  const accept = page.getByRole("button", { name: "Accept the job" });
  expect(await accept.isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Check this machine" }).click();
  await page.getByText("This machine can do the job").waitFor();
  await expectUsable(page);
  await page.getByRole("link", { name: "All open jobs" }).click();
  await page.getByText(/\d of \d open jobs? fits? this machine/).waitFor();
  await expectUsable(page);
  await offer.first().click();
  wallet.rejectNext();
  await accept.click();
  await page.getByText("You declined the request in your wallet").waitFor();
  await accept.click();

  await page.getByText("tokens/s").waitFor();
  await page.reload();
  await page.getByRole("img", { name: /Training loss over/ }).waitFor();
  // To look closely takes as long as the training may.
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/^Paused by you/).waitFor();
  await expectUsable(page);
  await app.kill();
  await page.getByText("The app on this machine does not answer").waitFor();

  const again = await start("journey");
  await page.goto(await again.newLink());
  await page.getByRole("link", { name: /My work/ }).click();
  await page.getByRole("link", { name: "toy-model" }).click();
  await page.getByText(/^Paused by you/).waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Paid: 0.5 POL.").waitFor();
  await expectUsable(page);

  await page.getByRole("link", { name: "Earnings" }).click();
  const payment = page.getByRole("link", { name: "0.5 POL in the explorer" });
  expect(await payment.getAttribute("href")).toMatch(new RegExp(`^${explorer}/tx/0x[0-9a-f]{64}$`));
  await expectUsable(page);
  const csv = await page.evaluate(() => fetch("/api/earnings.csv").then((answer) => answer.text()));
  expect(csv).toMatch(new RegExp(`\\r\\n${jobId},[^\\r]*,submitted,completed,0\\.5,`));
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Save limits" }).waitFor();
  await expectUsable(page);

  // Paid exactly once: what is missing of the reward is the gas of accepting.
  const gained = (await chain.getBalance({ address: account.address })) - before;
  expect(gained).toBeLessThanOrEqual(parseEther("0.5"));
  expect(Number(formatEther(gained))).toBeGreaterThan(0.49);
  expect(wallet.requests.filter((method) => method === "eth_sendTransaction")).toHaveLength(2);
});

it("an image job is taken, trained and paid by the window; a killed trainer and closed hours cost at most an epoch", async () => {
  const jobId = await createImageJob("0.4");
  const app = await start("images");
  const context = await openSession(browser, { colorScheme: "dark" });
  const page = await context.newPage();
  const owner = testWallet(roles.firstContributor + 1);
  await installTestWallet(context, { account: owner, rpcUrl: world.rpcUrl, chainId: 80_002 });

  await page.goto(await app.newLink());
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await page.getByRole("region", { name: "Your machine" }).getByRole("button", { name: "Save" }).click();
  await page.getByRole("combobox", { name: "Kind of job" }).selectOption("Image classification");
  await page.getByRole("link", { name: "yolov8n-cls" }).click();
  await page.getByRole("button", { name: "Check this machine" }).click();
  await page.getByText("This machine can do the job").waitFor();
  await expectUsable(page);
  await page.getByRole("link", { name: "All open jobs" }).click();
  await page.getByText(/^at least [\d.,]+ POL an hour$/).waitFor();
  await page.getByRole("link", { name: "yolov8n-cls" }).click();
  await page.getByRole("button", { name: "Accept the job" }).click();

  await page.getByText("images/s").waitFor();
  expect(killTrainerOf(app.pid)).toBe(1);
  await page.getByRole("link", { name: "Settings" }).click();
  const hours = page.getByRole("checkbox", { name: "Train only at certain hours" });
  await hours.check();
  const [from, to] = [2, 3].map(clockIn) as [string, string];
  await page.getByLabel("From", { exact: true }).fill(from);
  await page.getByLabel("To", { exact: true }).fill(to);
  await page.getByRole("button", { name: "Save limits" }).click();
  await page.getByText(`Training waits for the hours you allow: ${from} to ${to}.`).waitFor();
  await waitFor("the trainer to end", async () => trainersOf(app.pid).length === 0);
  await hours.uncheck();
  await page.getByRole("button", { name: "Save limits" }).click();
  await page.getByText("Training waits for the hours").waitFor({ state: "hidden" });

  await page.getByRole("link", { name: /My work/ }).click();
  await page.getByRole("link", { name: "yolov8n-cls" }).click();
  await page.getByRole("img", { name: /Training loss over \d epochs/ }).waitFor();
  await expectUsable(page);
  await page.getByText("Paid: 0.4 POL.").waitFor();
  const log = await page.evaluate(
    (id) => fetch(`/api/jobs/${id}/log?whole`).then((answer) => answer.text()),
    jobId,
  );
  const said = log.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  expect(said.filter(({ event }) => event === "resumed").at(-1)).toEqual({ event: "resumed", step: 1 });
  expect(said.flatMap(({ event, epoch }) => (event === "epoch" ? [epoch] : []))).toEqual([1, 2, 3]);
  await page.getByRole("link", { name: "Earnings" }).click();
  await page.getByRole("cell", { name: /^0.4 POL/ }).waitFor();
});

it("the way from the wallet to the earnings is walked by keyboard alone, and the focus is always seen", async () => {
  // Long enough to be paused by somebody who walks there by Tab.
  await createJob("0.3", 4);
  const app = await start("keyboard");
  const context = await openSession(browser);
  const page = await context.newPage();
  const owner = testWallet(roles.firstContributor + 2);
  await installTestWallet(context, { account: owner, rpcUrl: world.rpcUrl, chainId: 80_002 });
  const keys = keyboardOf(page);

  await page.goto(await app.newLink());
  await keys.enter("button", "Test Wallet");
  const profile = page.getByRole("region", { name: "Your machine" });
  await keys.tabTo("combobox", "GPU");
  await keys.press("ArrowDown");
  await keys.enter("button", "Save");
  await profile.waitFor({ state: "hidden" });
  await keys.untilSomewhere();
  await keys.enter("button", /^Account/);
  await page.getByRole("dialog", { name: "Account" }).waitFor();
  await keys.press("Escape");
  await keys.untilOn(page.getByRole("button", { name: /^Account/ }));

  await keys.tabTo("searchbox", "Search jobs");
  await keys.type("count on");
  await keys.tabTo("combobox", "Kind of job");
  await keys.press("ArrowDown");
  await keys.enter("link", "toy-model");
  await at(page, "toy-model");
  await keys.untilSomewhere();
  await keys.enter("button", "Check this machine");
  await page.getByText("This machine can do the job").waitFor();
  await keys.untilSomewhere();
  await keys.enter("button", "Accept the job");
  await page.getByText("tokens/s").waitFor();
  await keys.untilSomewhere();

  await keys.enter("button", "Pause");
  await page.getByText(/^Paused by you/).waitFor();
  await keys.enter("button", "Stop and release…");
  await page.getByRole("dialog", { name: "Stop and release the slot?" }).waitFor();
  await keys.enter("button", "Keep the slot");
  await keys.untilOn(page.getByRole("button", { name: "Stop and release…" }));
  await keys.enter("button", "Resume");
  await page.getByText("Paid: 0.3 POL.").waitFor();
  await keys.untilSomewhere();
  await keys.enter("link", "Earnings");
  await at(page, "Earnings");
  await keys.untilSomewhere();
  await keys.tabTo("link", "0.3 POL in the explorer");
});

it("a job that takes its requester's permit is taken by the window once it is given the permit's file", async () => {
  const jobId = await createJob("0.2", 1, ["--permit-only"]);
  const owner = testWallet(roles.firstContributor + 4);
  const app = await start("permitted");
  const context = await openSession(browser);
  const page = await context.newPage();
  await installTestWallet(context, { account: owner, rpcUrl: world.rpcUrl, chainId: 80_002 });
  await page.goto(await app.newLink());
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await page.getByRole("region", { name: "Your machine" }).getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "toy-model" }).click();
  const obstacle = page.getByText("has given this one no permit");
  await obstacle.waitFor();
  await expectUsable(page);
  const permitFor = async (contributor: string, name: string) => {
    const out = join(dataDir, name);
    const args = ["job", "permit", jobId, "--contributor", contributor, "--out", out];
    return (await runCli<{ file: string }>(world, roles.requester, args)).file;
  };
  const file = page.getByLabel("Permit file");
  await file.setInputFiles(await permitFor(account.address, "foreign.json"));
  await page.getByText(/^The permit is for 0x\w+, not for/i).waitFor();
  await file.setInputFiles(await permitFor(owner.address, "permit.json"));
  await obstacle.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Check this machine" }).click();
  await page.getByText("This machine can do the job").waitFor();
  await page.getByRole("button", { name: "Accept the job" }).click();
  await page.getByText("Paid: 0.2 POL.").waitFor();
});

it("says in words that the chain's node is away, and never where a node with a key in its address is", async () => {
  const node = createServer(async (request, response) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(world.rpcUrl, { method: "POST", headers, body: await text(request) });
    response.writeHead(200, headers).end(await answer.text());
  });
  await new Promise<void>((listening) => node.listen(0, "127.0.0.1", listening));
  const app = await start("nodeless", {
    RPC_URL: `http://127.0.0.1:${(node.address() as AddressInfo).port}/a-secret-key`,
  });
  const context = await openSession(browser);
  const page = await context.newPage();
  const owner = testWallet(roles.firstContributor + 3);
  await installTestWallet(context, { account: owner, rpcUrl: world.rpcUrl, chainId: 80_002 });
  await page.goto(await app.newLink());
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await page.getByText("No job is open").waitFor();
  node.close();
  node.closeAllConnections();
  await page.reload();
  await page.getByText("The jobs could not be fetched").waitFor();
  const told = await page.getByRole("main").innerText();
  expect(told).toContain("The chain's node did not answer");
  expect(told).not.toMatch(/a-secret-key|viem|eth_/);
});

/** By everybody, and in a narrow window too. */
async function expectUsable(page: Page): Promise<void> {
  await expectFitsNarrowWindows(page);
  await expectNoAxeViolations(page);
}

/** The time of day in so many hours, as a clock on the wall shows it. */
function clockIn(hours: number): string {
  const then = new Date(Date.now() + hours * 3_600_000);
  return [then.getHours(), then.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

async function at(page: Page, heading: string): Promise<Page> {
  await page.getByRole("heading", { name: heading }).waitFor();
  return page;
}
