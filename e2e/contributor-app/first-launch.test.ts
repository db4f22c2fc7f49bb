import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockedEntry } from "@trainchain/python-env/testing";
import { waitFor } from "@trainchain/testing";
import {
  expectFitsNarrowWindows,
  expectNoAxeViolations,
  openBrowser,
  openSession,
} from "@trainchain/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { buildScreens } from "../../scripts/build-screens.ts";
import { childrenOf } from "../agent-process.ts";
import { type AppProcess, startContributorApp } from "./app-process.ts";
import { startPackageIndex } from "./package-index.ts";

const uvDir = fileURLToPath(new URL("../../.toolchain/uv", import.meta.url));

let folder: string;
let browser: Browser;
const running = new Set<AppProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-first-launch-"));
  [browser] = await Promise.all([openBrowser(), buildScreens()]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([...running].map((app) => app.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** One small package and its proof stand for the large set: what installs and repairs them is the same. */
async function writeSmallTrainer(name: string, requirement: string): Promise<string> {
  const trainerDir = join(folder, `trainer-of-${name}`);
  await mkdir(trainerDir, { recursive: true });
  await writeFile(join(trainerDir, "requirements.txt"), `${requirement}\n`);
  const proof = `import json, ${name}
print(json.dumps({"python": "3", "versions": {}, "device": "cpu", "deviceName": ${name}.__name__}))`;
  await writeFile(join(trainerDir, "prove_environment.py"), proof);
  return trainerDir;
}

/** The app on a machine without an environment and without a platform, and its window. */
async function launch(name: string, trainerDir: string, env: Record<string, string> = {}) {
  const app = await startContributorApp({
    apiUrl: "http://127.0.0.1:9",
    dataDir: join(folder, name),
    env: {
      TRAINCHAIN_TRAINER_DIR: trainerDir,
      TRAINCHAIN_ENV_DIR: join(folder, `${name}-env`),
      TRAINCHAIN_UV_DIR: uvDir,
      ...env,
    },
  });
  running.add(app);
  const page = await (await openSession(browser)).newPage();
  await page.goto(await app.newLink());
  await page.getByRole("heading", { name: "Setting up training environment" }).waitFor();
  return { app, page };
}

async function retry(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("heading", { name: "Earn with your machine" }).waitFor();
}

it("the first launch sets the environment up; a failure is shown with its cause, and Retry goes on", async () => {
  const locked = lockedEntry("iniconfig");
  const { page } = await launch(
    "wrong-pin",
    await writeSmallTrainer("iniconfig", locked.replace(/==\S+/, "==0.0.404")),
  );
  await page.getByText("The environment could not be set up").waitFor();
  await page.getByRole("button", { name: "Show the log" }).click();
  await page.getByRole("log", { name: "Installation log" }).getByText("0.0.404").first().waitFor();
  await expectFitsNarrowWindows(page);
  await expectNoAxeViolations(page);
  await writeSmallTrainer("iniconfig", locked);
  await retry(page);
});

it("an installer that is killed in mid-download is named with what ended it, and Retry goes on", async () => {
  const index = await startPackageIndex({ name: "shapeless", version: "1.0" });
  const { app, page } = await launch(
    "killed",
    await writeSmallTrainer("shapeless", `shapeless==1.0 --hash=sha256:${index.sha256}`),
    {
      UV_DEFAULT_INDEX: index.url,
      UV_CACHE_DIR: join(folder, "uv-cache"),
    },
  );
  await index.untilHalfSent();
  const uv = await waitFor("uv to be found", async () => childrenOf(app.pid, /\/uv\0pip\0install\0/)[0]);
  process.kill(uv, "SIGKILL");
  await page.getByText("The installer (uv) was ended by SIGKILL.").waitFor();
  await page.getByText("Try again: what was downloaded is kept.").waitFor();
  index.sendWhole();
  await retry(page);
  await index.stop();
});
