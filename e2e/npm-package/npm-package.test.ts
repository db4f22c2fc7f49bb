import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createKeystoreFile } from "@trainchain/keystore";
import { pythonPath } from "@trainchain/python-env";
import { roles, startProcess, testPrivateKey } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { pythonEnvDir } from "../../scripts/env.ts";
import { toyModel } from "../agent-process.ts";
import { readAction, runAction } from "./github-action.ts";
import { type InstalledPackage, installPackage } from "./install-package.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
let installed: InstalledPackage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-npm-"));
  installed = await installPackage(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 60 }, (_, row) => ({
  instruction: `Name the number after ${row}.`,
  input: "",
  output: `It is ${row + 1}.`,
}));

async function writeRows(name: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

it("the package is all that is installed, says whose code is in it, and names nothing of where it was packed", async () => {
  expect((await readdir(installed.modules)).filter((name) => !name.startsWith("."))).toEqual(["trainchain"]);
  const inside = join(installed.modules, "trainchain");
  const files = globSync("**/*.*", { cwd: inside });
  expect(files).toEqual(expect.arrayContaining(["trainer/train_llm.py", "dist/trainchain.js"]));
  expect(files.filter((name) => /\.(map|ts)$/.test(name))).toEqual([]);
  expect(files.filter((name) => readFileSync(join(inside, name), "latin1").includes(root))).toEqual([]);
  const licences = await readFile(join(inside, "THIRD_PARTY_LICENCES.txt"), "utf8");
  for (const name of ["viem", "zod", "commander", "@huggingface/tokenizers"])
    expect(licences).toMatch(
      new RegExp(`^${name} \\d[^\\n]*\\nLicence: (MIT|Apache-2.0)\\nSource: .+\\n\\n\\S`, "m"),
    );
  const { size } = await stat(installed.archive);
  expect(size).toBeLessThan(5e6);
  expect(installed.said).toMatch(/trainchain-[\d.]+\.tgz: [\d.]+ MiB/);
});

it("npx runs the command and the agent that is in it", async () => {
  const { version } = JSON.parse(await readFile(join(root, "apps/cli/package.json"), "utf8"));
  expect(await installed.npx(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
  const help = await installed.npx(["--help"]);
  for (const word of ["dataset", "job", "result", "contributor", "serve"])
    expect(help.stdout).toMatch(new RegExp(`^  ${word} `, "m"));
  expect((await installed.npx(["contributor", "--help"])).stdout).toContain("--min-per-hour");
});

it("checks and cuts datasets, and merges adapters, in threads of its own", async () => {
  const file = await writeRows("rows.jsonl");
  expect((await installed.npx(["dataset", "check", file])).stdout).toContain("60 usable rows");
  await writeFile(join(folder, "bad.jsonl"), '{"instruction":"x","input":"","output":""}\n');
  expect(await installed.npx(["dataset", "check", join(folder, "bad.jsonl")])).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("line 1, output is empty"),
  });

  const parquet = join(folder, "rows.parquet");
  const write = "import sys, pandas; pandas.read_json(sys.argv[1], lines=True).to_parquet(sys.argv[2])";
  const { status, stderr } = spawnSync(pythonPath(pythonEnvDir), ["-c", write, file, parquet]);
  expect(status, stderr.toString()).toBe(0);
  expect((await installed.npx(["dataset", "check", parquet])).stdout).toContain("60 usable rows");

  const shards = join(folder, "shards");
  const cut = await installed.npx(["dataset", "shard", file, "--shards", "2", "--out", shards]);
  expect([cut.code, cut.stdout]).toEqual([0, expect.stringContaining("60 rows of")]);

  const adapters = await Promise.all([1, 2].map(writeAdapter));
  const out = join(folder, "merged");
  const merged = await installed.npx(["adapter", "merge", ...adapters, "--out", out, "--json"]);
  expect(JSON.parse(merged.stdout)).toMatchObject({ method: "svd" });
});

async function writeAdapter(noiseSeed: number): Promise<string> {
  const of = join(folder, `adapter-${noiseSeed}`);
  await mkdir(of);
  await writeFile(join(of, "adapter_model.safetensors"), toyAdapter({ jobSeed: 1, rank: 4, noiseSeed }));
  const config = { peft_type: "LORA", r: 4, lora_alpha: 8, base_model_name_or_path: "toy-model" };
  await writeFile(join(of, "adapter_config.json"), JSON.stringify(config));
  return of;
}

describe("on a platform", () => {
  let world: LocalWorld;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "trainchain-npm-world-"));
    const env = { indexer: { POLL_INTERVAL_MS: "100" } };
    world = await startLocalWorld({ dataDir, models: [toyModel], env });
  });
  afterAll(async () => {
    await world?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("requests a job, trains it by the scripts and the model in the package, is paid, and verifies the receipt", async () => {
    const of = (wallet: number) => ({ API_URL: world.apiUrl, WALLET_PRIVATE_KEY: testPrivateKey(wallet) });
    const terms = ["--model", "toy-model", "--reward", "1", "--contributors", "1"];
    const training = ["--rank", "4", "--epochs", "1", "--learning-rate", "0.004", "--max-length", "128"];
    const created = await installed.npx(
      ["job", "create", "--dataset", await writeRows("job.jsonl"), ...terms, ...training, "--yes", "--json"],
      of(roles.requester),
    );
    const { jobId } = JSON.parse(created.stdout);

    const agent = await startProcess({
      name: "packaged agent",
      script: installed.program,
      args: ["contributor", "--jobs", jobId, "--device", "cpu", "--cores", "1", "--json"],
      env: {
        ...installed.env,
        ...of(roles.firstContributor),
        TRAINCHAIN_ENV_DIR: pythonEnvDir,
        AGENT_POLL_MS: "200",
        AGENT_BENCHMARK_SECONDS: "0.5",
      },
      logFile: join(world.logDir, "packaged-agent.log"),
    });
    expect(await agent.exited, await agent.lastLines()).toBe(0);

    const result = join(folder, "result");
    const download = await installed.npx(["job", "download", jobId, "--out", result], of(roles.requester));
    expect(download.stdout).toContain("npx trainchain result verify");
    const verified = await installed.npx(["result", "verify", result]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining(", 0 differ,")]);

    // Without a Python on this machine nothing is installed; where it would be is the user's folder, not the package's.
    const env = { HOME: installed.home, PATH: "/nowhere" };
    const tried = spawnSync(process.execPath, [installed.program, "result", "try", result, "Hi?", "--json"], {
      env,
    });
    expect(JSON.parse(tried.stdout.toString()).error).toMatchObject({
      code: "environment-broken",
      facts: { cacheDir: join(installed.home, ".trainchain", ".toolchain", "uv") },
    });
  });

  it("the GitHub action has a job done, verifies and names its receipt, and pays once however often it is repeated", async () => {
    const action = await readAction();
    const keystore = join(folder, "action-wallet.json");
    await createKeystoreFile(keystore, testPrivateKey(roles.requester), "a passphrase of nobody");
    const given = {
      ...{
        "api-url": world.apiUrl,
        dataset: await writeRows("action.jsonl"),
        model: "toy-model",
        reward: "1",
      },
      ...{ keystore: await readFile(keystore, "utf8"), password: "a passphrase of nobody" },
      arguments: "--contributors=1\n--rank=4\n--epochs=1\n--title=$(touch pwned) `touch pwned`\n",
      package: installed.archive,
    };
    const github = { repository: "ann/models", run_id: "17" };
    const at = join(folder, "runner");
    const run = (changes: Record<string, string> = {}) =>
      runAction(action, { given: { ...given, ...changes }, github, folder: at, env: installed.env });
    // Another wallet's agent is another machine's.
    const home = join(folder, "agent-home");
    await mkdir(home);
    const agent = await startProcess({
      name: "packaged agent",
      script: installed.program,
      args: ["contributor", "--auto", "--device", "cpu", "--cores", "1", "--json"],
      env: {
        ...{ ...installed.env, HOME: home },
        ...{ API_URL: world.apiUrl, WALLET_PRIVATE_KEY: testPrivateKey(roles.firstContributor + 1) },
        ...{ TRAINCHAIN_ENV_DIR: pythonEnvDir, AGENT_POLL_MS: "200", AGENT_BENCHMARK_SECONDS: "0.5" },
      },
      logFile: join(world.logDir, "action-agent.log"),
    });
    try {
      const first = await run();
      expect([first.code, first.stderr], await agent.lastLines()).toMatchObject([0, expect.anything()]);
      expect(first.stdout).toContain(", 0 differ,");
      const { result } = JSON.parse(await readFile(first.outputs.receipt ?? "", "utf8"));
      expect(result.jobId).toBe(first.outputs.job);
      const again = await run();
      expect([again.code, again.outputs]).toEqual([0, first.outputs]);
      const other = await run({ reward: "2" });
      expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("another job was requested")]);
      expect(other.stderr).not.toContain("ciphertext");
      expect((await readdir(at)).filter((name) => /wallet|pwned/.test(name))).toEqual([]);
    } finally {
      await agent.stop();
    }
  });

  it("the action's inputs and outputs are those of its document, and reach its scripts as variables alone", async () => {
    const { inputs, outputs, runs } = await readAction();
    expect(runs.using).toBe("composite");
    for (const { shell, run } of runs.steps) {
      expect(shell).toBe("bash");
      expect(run).not.toContain("${{");
    }
    const text = await readFile(join(root, "docs", "github-action.md"), "utf8");
    const shown = parse(/```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "").jobs.finetune.steps[2].with;
    const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(required));
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(shown)));
    for (const name of Object.keys(outputs)) expect(text).toContain(`\`${name}\``);
    const { version } = JSON.parse(await readFile(join(root, "apps/cli/package.json"), "utf8"));
    expect(inputs.package?.default).toBe(`trainchain@${version}`);
  });
});
