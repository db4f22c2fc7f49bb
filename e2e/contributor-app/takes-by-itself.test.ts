import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeystoreFile } from "@trainchain/keystore";
import { roles, testPrivateKey, testWallet } from "@trainchain/testing";
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
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildScreens } from "../../scripts/build-screens.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { runCli, toyModel } from "../agent-process.ts";
import { type AppProcess, startContributorApp } from "./app-process.ts";

const contributor = roles.firstContributor;
const keyPassphrase = "a passphrase of the key";

let dataDir: string;
let world: LocalWorld;
let browser: Browser;
let app: AppProcess;
let page: Page;
/** The job of a model of which nobody knows how long its training takes. */
let timeless: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-taking-"));
  [world, browser] = await Promise.all([
    startLocalWorld({ dataDir, models: [toyModel], pythonEnvDir }),
    openBrowser(),
    buildScreens(),
  ]);
  app = await start();
  const context = await openSession(browser);
  page = await context.newPage();
  const account = testWallet(contributor);
  await installTestWallet(context, { account, rpcUrl: world.rpcUrl, chainId: 80_002 });
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const start = () => startContributorApp({ apiUrl: world.apiUrl, dataDir: join(dataDir, "app") });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const link = (name: string | RegExp) => page.getByRole("link", { name });

const jobOf = async (...args: string[]) =>
  (await runCli<{ jobId: string }>(world, roles.requester, ["job", ...args, "--yes"])).jobId;

/** Of a model of which nobody knows how long its training takes. */
async function createJob(reward: string, bond: string): Promise<string> {
  const file = join(dataDir, "rows.jsonl");
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ instruction: `Name the number after ${i}.`, input: "", output: `It is ${i + 1}.` }),
  );
  await writeFile(file, `${rows.join("\n")}\n`);
  const data = ["--dataset", file, "--model", toyModel, "--epochs", "40", "--max-length", "128"];
  return jobOf("create", ...data, "--reward", reward, "--contributors", "1", "--bond", bond);
}

async function createImageJob(reward: string): Promise<string> {
  const archive = join(dataDir, "shapes.zip");
  await writeFile(archive, await shapesArchive(150));
  const training = ["--epochs", "3", "--imgsz", "32", "--seed", "1"];
  return jobOf("create-image", "--dataset", archive, ...training, "--reward", reward);
}

/** In order: each goes on where the one before it ended. */
it("is off until a key of this very wallet is given, and says what is wrong with another", async () => {
  await page.goto(await app.newLink());
  await page.getByRole("button", { name: "Test Wallet" }).click();
  const profile = page.getByRole("region", { name: "Your machine" });
  await profile.getByText("Measured on this machine").waitFor();
  await profile.getByRole("button", { name: "Save" }).click();
  await link("Settings").click();
  expect(await button("Take jobs by itself").isDisabled()).toBe(true);
  const [own, foreign] = [join(dataDir, "own.json"), join(dataDir, "foreign.json")];
  await createKeystoreFile(own, testPrivateKey(contributor), keyPassphrase);
  await createKeystoreFile(foreign, testPrivateKey(roles.stranger), keyPassphrase);
  const give = async (file: string, passphrase: string) => {
    await page.getByLabel("Key file of this wallet").setInputFiles(file);
    await page.getByLabel("What opens the key file").fill(passphrase);
    await button("Take jobs by itself").click();
  };
  await give(foreign, keyPassphrase);
  await page.getByText(/the key of 0x/i).waitFor();
  await give(own, "another passphrase");
  await page.getByText(/the passphrase does not open/i).waitFor();
  expect(await keptKeys()).toEqual([]);
  await page.getByLabel(/^Least that an hour/).fill("0.0001");
  await page.getByLabel(/^Least that a delivery/).fill("0.01");
  await expectUsable();
  await give(own, keyPassphrase);
  await button("Stop, and forget the key").waitFor();
  await expectUsable();
});

it("takes a job within the limits, also after a restart, trains it and is paid, and says that it did", async () => {
  await app.stop();
  app = await start();
  timeless = await createJob("0.4", "0.01");
  await createJob("0.001", "0.0001");
  const jobId = await createImageJob("0.2");
  await page.goto(await app.newLink());
  await link(/My work/).click();
  await page
    .getByText(new RegExp(`Accepted job ${jobId} by itself, at least [\\d,.]+ POL an hour`))
    .waitFor();
  await page.getByText("Paid: 0.2 POL.").waitFor();
  await expectUsable();
  // Neither what pays too little nor what may pay too little an hour.
  expect(await page.getByRole("article").count()).toBe(1);
});

it("stops once a job that it took has lost its bond, and forgets the key when it is told to stop", async () => {
  await link("Settings").click();
  await page.getByLabel(/^Least that an hour/).fill("0");
  await button("Save the rule").click();
  await link(/My work/).click();
  await page.getByText(`Accepted job ${timeless} by itself`).waitFor();
  await link("toy-model").click();
  await button("Stop and release…").click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop and release" }).click();
  await link("Settings").click();
  await page.getByText(`Job ${timeless} lost its bond of 0.01 POL.`).waitFor();
  await page.getByRole("list", { name: "Taken by itself" }).getByText(`Accepted job ${timeless}`).waitFor();
  await expectUsable();
  await button("Take jobs by itself").click();
  await button("Stop, and forget the key").click();
  await page.getByLabel("Key file of this wallet").waitFor();
  expect(await keptKeys()).toEqual([]);
});

const keptKeys = async () => {
  const wallet = testWallet(contributor).address.toLowerCase();
  const names = await readdir(join(dataDir, "app", "wallets", wallet));
  return names.filter((name) => name.startsWith("wallet."));
};

/** By everybody, and in a narrow window too. */
async function expectUsable(): Promise<void> {
  await expectFitsNarrowWindows(page);
  await expectNoAxeViolations(page);
}
