import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shardDataset } from "@trainchain/dataset/node";
import { type AnyReceipt, type LlmJobSpec, llmJobSpecSchema } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeTracedModel } from "../../apps/cli/src/kinds/adapters/describe-traced-model.ts";
import { traceModel } from "../../apps/cli/src/kinds/adapters/trace-model.ts";
import { parseReceipt } from "../../apps/cli/src/receipt/parse-receipt.ts";
import { openPythonWorkers } from "../../scripts/bench/federate/python-workers.ts";
import { ensurePython } from "../../scripts/ensure-python.ts";
import { toyModel } from "../agent-process.ts";

const root = join(import.meta.dirname, "../..");
const recorded = join(root, "packages/protocol/src/kinds/llm-finetune/recorded");
const wallets = ["a", "b", "c"].map((letter) => `0x${letter.repeat(40)}`);

let folder: string;
let spec: LlmJobSpec;
let receipt: AnyReceipt;
const trained = (name: string | number) => join(folder, String(name), "adapter");

/** Three shards of 60 rows, each trained on as a contributor does; and one training on rows of nobody. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-traced-model-"));
  const rows = (await readFile(join(root, "packages/dataset/samples/sample-600.jsonl"), "utf8")).split("\n");
  const dataset = join(folder, "rows.jsonl");
  await writeFile(dataset, rows.slice(0, 220).join("\n"));
  await writeFile(join(folder, "foreign.jsonl"), rows.slice(300, 360).join("\n"));
  const cut = { file: dataset, shards: 3, seed: 7, holdout: 40, outDir: join(folder, "cut") };
  const { manifest } = await shardDataset(cut);
  const shards = manifest.shards.map(({ file }) => join(cut.outDir, file));

  const script = join(root, "scripts/bench/federate/worker.py");
  const workers = openPythonWorkers(await ensurePython(), script, 1);
  const options = {
    "model-name": toyModel,
    "lora-rank": 8,
    "lora-alpha": 16,
    "target-modules": "all-linear",
  };
  const how = { epochs: 4, "learning-rate": 6e-3, "max-length": 96, seed: 7 };
  const train = (name: string | number, shard: string) =>
    workers.ask("train", { shard, out: join(folder, String(name)), options: { ...options, ...how } });
  for (const [slot, shard] of shards.entries()) await train(slot, shard);
  await train("foreign", join(folder, "foreign.jsonl"));
  workers.close();

  const read = async (kind: string, cid: string) =>
    JSON.parse(await readFile(join(recorded, kind, `${cid}.json`), "utf8"));
  const known = await read("spec", "bafkreifu5gar2jxbmhoukkrmdog4z6llwtgfh3k5ykbhwgsg7c3ottpdae");
  const counts = { rows: 220, holdoutRows: 40, shardRows: [60, 60, 60], splitSeed: 7, leftOut: undefined };
  spec = llmJobSpecSchema.parse({
    ...known,
    lora: { ...known.lora, rank: 8, alpha: 16 },
    training: { ...known.training, maxLength: 96 },
    dataset: { ...known.dataset, ...counts },
  });
  const result = await read("result", "bafkreid3yoqtftswdmfytrhqwg4lisvevk6u2ckjs2h3upjpcae24uorsq");
  const [one] = result.contributors;
  const contributors = wallets.map((contributor, slot) => ({ ...one, contributor, slot, shard: undefined }));
  const cid = `bafkrei${"s".repeat(52)}`;
  receipt = parseReceipt({
    ...{ result: { ...result, contributors }, resultCid: cid, shards: undefined },
    ...{ status: "completed", stakeWei: "2", feeWei: "0", refundWei: "0", payouts: [], transactions: [] },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const trace = async (model: string) => {
  const given = { model, dataset: join(folder, "rows.jsonl"), base: toyModel };
  const traced = await traceModel(receipt, spec, given, () => undefined);
  return { named: traced.shards.flatMap(({ isTrainedOn }, shard) => (isTrainedOn ? [shard] : [])), traced };
};

it("a model tells by which shard it was trained, and who delivered for it", async () => {
  for (const slot of [0, 1]) expect((await trace(trained(slot))).named).toEqual([slot]);
  const { named, traced } = await trace(trained(2));
  expect(named).toEqual([2]);
  const [, second, third] = describeTracedModel(traced, "5ha");
  expect(second).toMatch(
    /^shard 2, of which 0xb+ delivered: nothing shows that it was trained on it \(area 0\.[2-5]/,
  );
  expect(third).toMatch(
    /^shard 3, of which 0xc+ delivered: the model was trained on it \(area 0\.[7-9].* 60 rows beside 160/,
  );
});

it("a model of other rows tells of no shard", async () => {
  const { named, traced } = await trace(trained("foreign"));
  expect(named).toEqual([]);
  expect(Math.min(...traced.shards.map(({ p }) => p))).toBeGreaterThan(0.001);
  expect(describeTracedModel(traced, "5ha").at(-1)).toMatch(/is not told from one that learned none/);
});
