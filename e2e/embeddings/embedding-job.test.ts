import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createApiClient } from "@trainchain/api-client";
import { type Address, embeddingReceiptSchema, outcomeOf, scoreOfDelivered } from "@trainchain/protocol";
import { pythonPath } from "@trainchain/python-env";
import { roles, testWallet } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pythonEnvDir } from "../../scripts/env.ts";
import { runCli, startAgent } from "../agent-process.ts";
import { trainchain } from "../job-moves/trainchain.ts";
import { makePairs, words } from "./made-pairs.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const trainer = fileURLToPath(new URL("../../trainer", import.meta.url));
const contributors = [roles.firstContributor, roles.firstContributor + 1] as const;

let world: LocalWorld;
let dataDir: string;
let encoder: string;
let dataset: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-embeddings-"));
  encoder = join(dataDir, "tiny-encoder");
  dataset = join(dataDir, "pairs.jsonl");
  const make = [join(here, "make_encoder.py"), encoder, trainer, ...words];
  await promisify(execFile)(pythonPath(pythonEnvDir), make);
  await writeFile(
    dataset,
    makePairs(640)
      .map((pair) => `${JSON.stringify(pair)}\n`)
      .join(""),
  );
  const env = { indexer: { POLL_INTERVAL_MS: "100" }, worker: { DEADLINE_CHECK_MS: "300" } };
  world = await startLocalWorld({ dataDir, models: [encoder], pythonEnvDir, env, escrowVersion: "2" });
});

afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

it("a sentence encoder is trained by two strangers, each proved, merged, paid and verified by its receipt", async () => {
  const { jobId } = await runCli<{ jobId: string }>(world, roles.requester, [
    ...["job", "create-embedding", "--dataset", dataset, "--model", encoder, "--reward", "2", "--yes"],
    ...["--holdout", "80", "--epochs", "12", "--learning-rate", "0.01", "--rank", "16", "--max-length", "32"],
    ...["--seed", "7"],
  ]);
  const api = createApiClient({ baseUrl: world.apiUrl });
  await api.signIn(testWallet(roles.requester));
  const job = await api.getJob(jobId);
  expect(job).toMatchObject({
    kind: "embedding-finetune",
    terms: { maxContributors: 2 },
    spec: { kind: "embedding-finetune", model: { id: "tiny-encoder" }, rows: 640, shardRows: [280, 280] },
  });
  // Asked for by nobody: an encoder's trainings are done again, an operator's own too.
  expect(job.spec).toHaveProperty("stages");

  const flags = ["--jobs", jobId, "--device", "cpu", "--cores", "1"];
  const start = (index: number) => startAgent(world, index, flags, undefined, { TRAINCHAIN_MODELS: encoder });
  const agents = await Promise.all(contributors.map(start));
  for (const agent of agents) expect(await agent.exited, await agent.lastLines()).toBe(0);

  expect((await api.getJob(jobId)).status).toBe("completed");
  const out = join(dataDir, "result");
  await trainchain(world.apiUrl, roles.requester, ["job", "download", jobId, "--out", out]);
  const receipt = embeddingReceiptSchema.parse(JSON.parse(await readFile(join(out, "receipt.json"), "utf8")));
  const { evaluation } = receipt.result;
  expect(evaluation?.measured.rows).toBe(80);
  const least = (evaluation?.base.recallAt10 ?? 1) + 0.3;
  expect(evaluation?.merged.recallAt10).toBeGreaterThan(least);
  expect(scoreOfDelivered(receipt.result)?.recallAt10).toBeGreaterThan(least);
  // Where one adapter alone stands in for the merge, its gain would flatter it.
  expect(evaluation?.gain === undefined).toBe(receipt.result.delivered !== undefined);
  expect(outcomeOf(receipt.result)).toContain("among the first ten");
  for (const { checks } of receipt.result.contributors)
    expect(checks.map(({ check, verdict }) => [check, verdict])).toEqual([
      ["sealed-to-slot", "passed"],
      ["safetensors", "passed"],
      ["same-start", "passed"],
      ["optimizer-reach", "passed"],
      ["not-a-copy", "passed"],
      ["held-out-loss", "passed"],
      ["replay", "passed"],
    ]);
  const paid = new Map(receipt.payouts.map(({ contributor, amountWei }) => [contributor, BigInt(amountWei)]));
  for (const index of contributors) {
    const wallet = testWallet(index).address.toLowerCase() as Address;
    expect(paid.get(wallet)).toBe(10n ** 18n);
  }

  const verified = await trainchain(world.apiUrl, roles.requester, [
    ...["result", "verify", join(out, "receipt.json"), "--adapters", join(out, "adapters")],
    ...["--api", world.apiUrl, "--rpc", world.rpcUrl],
  ]);
  const { findings = [] } = verified.document as { findings?: { outcome: string; what: string }[] };
  expect(findings.filter(({ outcome }) => outcome === "differs")).toEqual([]);
  expect(findings.map(({ what }) => what)).toContain("mergedSha256 from the adapters");
});

it("what was delivered becomes a whole encoder that finds as the receipt says", async () => {
  const out = join(dataDir, "result");
  const merged = join(dataDir, "merged");
  const exported = await trainchain(world.apiUrl, roles.requester, [
    ...["result", "export", out, "--merged", merged, "--model", encoder],
  ]);
  expect(exported.code).toBe(0);
  const card = await readFile(join(out, "README.md"), "utf8");
  expect(card).toContain("pipeline_tag: sentence-similarity");
  const config = JSON.parse(await readFile(join(merged, "config.json"), "utf8")) as { model_type: string };
  expect(config.model_type).toBe("bert");
});
