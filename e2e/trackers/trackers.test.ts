import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureTools, pythonPath } from "@trainchain/python-env";
import { roles, testPrivateKey, waitFor } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startJobWorld } from "../job-moves/job-world.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
const names = ["tensorboard", "trackio", "wandb"] as const;
type Name = (typeof names)[number];
// The trackers' environments lie beside the trainer's, which nothing here needs.
const toolchain = here("../../.toolchain/trackers");

let world: Awaited<ReturnType<typeof startJobWorld>>;
let folder: string;
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-trackers-"));
  home = join(folder, "home");
  await mkdir(home);
  // As the command does at its first use; a test's process has no settings of package indexes.
  const uvCacheDir = here("../../.toolchain/uv");
  for (const name of names) {
    const requirements = here(`../../trainer/requirements-${name}.txt`);
    await ensureTools({ dir: environmentOf(name), requirements, uvCacheDir });
  }
  world = await startJobWorld();
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const environmentOf = (name: Name) => join(toolchain, ".trainchain_trackers", name);
const placeOf = (name: Name) => (name === "tensorboard" ? join(folder, "tensorboard") : "ours");

function settings(): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: home, WANDB_MODE: "offline", WANDB_DIR: home };
}

/** `trainchain job watch` as its requester's process, which ends with the job. */
function watch(jobId: bigint, name: Name, place = placeOf(name), wallet: number = roles.requester) {
  const flags = ["--disable-warning=ExperimentalWarning", here("../../apps/cli/src/main.ts"), "job", "watch"];
  const key = wallet < 0 ? {} : { WALLET_PRIVATE_KEY: testPrivateKey(wallet) };
  const at = { API_URL: world.local.apiUrl, TRAINCHAIN_ENV_DIR: join(toolchain, "env") };
  const args = [...flags, String(jobId), "--json", `--${name}`, place];
  return run(process.execPath, args, { env: { ...settings(), ...key, ...at } });
}

async function figuresOf(name: Name): Promise<Record<string, [number, number][]>> {
  const python = pythonPath(environmentOf(name));
  const place = name === "wandb" ? home : placeOf(name);
  const { stdout } = await run(python, [here("read_figures.py"), name, place], { env: settings() });
  return JSON.parse(stdout);
}

const step = (number: number, loss: number) => ({
  ...{ event: "step" as const, step: number, steps: 4, epoch: number / 4, loss, learningRate: 1e-3 },
  ...{ tokens: 100 * number, tokensPerSecond: 50, etaSeconds: 4 - number, memoryMb: 700 },
});

it("hands each tracker every step of every contributor once, in order, also of what went before and when watched again", async () => {
  const people = [world.person(roles.firstContributor), world.person(roles.firstContributor + 1)];
  const [first, second] = await Promise.all(people);
  const jobId = await world.openJob({ contributors: 2, minContributors: 2, rewardWei: 1_000n });
  for (const person of [first!, second!]) await world.accept(jobId, person);
  await waitFor("both slots", async () => (await first!.api.getJob(jobId)).slots.length === 2);
  await first!.api.reportProgress(jobId, step(1, 4));

  const watching = names.map((name) => watch(jobId, name));
  await waitFor(
    "the trackers to have begun",
    async () => {
      const figures = await Promise.all(names.slice(0, 2).map((name) => figuresOf(name).catch(() => ({}))));
      return figures.every((runs) => Object.keys(runs).length === 1);
    },
    { timeoutMs: 120_000 },
  );
  await second!.api.reportProgress(jobId, step(1, 3.5));
  await first!.api.reportProgress(jobId, step(2, 2.5));
  for (const person of [first!, second!]) await world.deliver(jobId, person);
  await Promise.all(watching);

  const runOf = (slot: number) =>
    expect.stringMatching(new RegExp(`^job-${jobId}-slot-${slot}-0x\\w{4}-\\w{3}$`));
  for (const again of [false, true]) {
    if (again) for (const name of names.slice(0, 2)) await watch(jobId, name);
    for (const name of names) {
      const figures = Object.entries(await figuresOf(name)).toSorted();
      expect(figures, name).toEqual([
        [
          runOf(0),
          [
            [1, 4],
            [2, 2.5],
          ],
        ],
        [runOf(1), [[1, 3.5]]],
      ]);
    }
  }
});

it("a job's figures are its requester's, and a tracker that ends is told of", async () => {
  const jobId = await world.openJob({ contributors: 1, minContributors: 1, rewardWei: 1_000n });
  const nobody = watch(jobId, "tensorboard", placeOf("tensorboard"), -1);
  await expect(nobody).rejects.toMatchObject({
    code: 2,
    stdout: expect.stringContaining("requester's alone"),
  });
  const person = await world.person(roles.firstContributor);
  await world.accept(jobId, person);
  await waitFor("the slot", async () => (await person.api.getJob(jobId)).slots.length === 1);
  await person.api.reportProgress(jobId, step(1, 4));
  await writeFile(join(folder, "a-file"), "");
  const watched = watch(jobId, "tensorboard", join(folder, "a-file", "below"));
  await expect(watched).rejects.toMatchObject({
    code: 75,
    stdout: expect.stringContaining("tensorboard has ended: NotADirectoryError"),
  });
});
