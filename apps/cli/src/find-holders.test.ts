import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shardDataset } from "@trainchain/dataset/node";
import { type AnyReceipt, type LlmJobSpec, llmJobSpecSchema } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findHolders } from "./find-holders.ts";
import { searchable } from "./find-rows.ts";
import { parseReceipt } from "./receipt/parse-receipt.ts";

const recorded = join(import.meta.dirname, "../../../packages/protocol/src/kinds/llm-finetune/recorded");
const wallets = ["a", "b"].map((letter) => `0x${letter.repeat(40)}`);
const sealed = ["s", "t"].map((letter) => `bafkrei${letter.repeat(52)}`);
const rows = Array.from({ length: 60 }, (_, i) => ({
  instruction: `Tell of the ${i}th house.`,
  input: "",
  output: `The ${i}th house stands behind the ${i}th hill, and nobody lives there.`,
}));

let folder: string;
let spec: LlmJobSpec;
let receipt: AnyReceipt;
let shards: { output: string; instruction: string }[][];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-traced-"));
  const dataset = join(folder, "rows.jsonl");
  await writeFile(dataset, rows.map((row) => JSON.stringify(row)).join("\n"));
  const cut = { file: dataset, shards: 2, seed: 99, holdout: 20, outDir: join(folder, "cut") };
  await shardDataset(cut);
  const partOf = async (name: string) =>
    (await readFile(join(folder, "cut", name), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  shards = await Promise.all(["shard-0.jsonl", "shard-1.jsonl"].map(partOf));

  const read = async (kind: string, cid: string) =>
    JSON.parse(await readFile(join(recorded, kind, `${cid}.json`), "utf8"));
  const known = await read("spec", "bafkreifu5gar2jxbmhoukkrmdog4z6llwtgfh3k5ykbhwgsg7c3ottpdae");
  const counts = { rows: 60, holdoutRows: 20, shardRows: [20, 20], splitSeed: 99, leftOut: undefined };
  spec = llmJobSpecSchema.parse({ ...known, dataset: { ...known.dataset, ...counts } });
  const result = await read("result", "bafkreid3yoqtftswdmfytrhqwg4lisvevk6u2ckjs2h3upjpcae24uorsq");
  const [one] = result.contributors;
  const contributors = wallets.map((contributor, slot) => ({ ...one, contributor, slot, shard: undefined }));
  receipt = parseReceipt({
    result: { ...result, contributors },
    ...{
      resultCid: sealed[0],
      shards: sealed,
      status: "completed",
      stakeWei: "2",
      feeWei: "0",
      refundWei: "0",
    },
    ...{ payouts: [], transactions: [] },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const trace = (text: string, dataset = "rows.jsonl") =>
  findHolders(receipt, spec, join(folder, dataset), searchable(text));

it("a leaked row names the wallet that it was given to and the sealed shard, whatever stands around it", async () => {
  const [row, other] = [shards[1]![4]!, shards[1]![7]!];
  const found = await trace(
    `Look:\n${row.instruction}\n  ${row.output.replaceAll(" ", "\n")}\n${JSON.stringify(other)}`,
  );
  expect(found).toEqual([
    expect.objectContaining({ contributor: wallets[1], shardCid: sealed[1], whole: 2, answers: 0 }),
  ]);
});

it("answers alone are told apart from whole rows, and each shard is named", async () => {
  const found = await trace([shards[0]![0]!.output, shards[1]![0]!.output].join(" and "));
  expect(found).toMatchObject([
    { contributor: wallets[0], whole: 0, answers: 1 },
    { contributor: wallets[1], whole: 0, answers: 1 },
  ]);
});

it("a text that holds no row names nobody, and another dataset is refused", async () => {
  expect(await trace("The house stands behind the hill.")).toEqual([]);
  await writeFile(
    join(folder, "other.jsonl"),
    rows
      .slice(1)
      .map((row) => JSON.stringify(row))
      .join("\n"),
  );
  await expect(trace("anything", "other.jsonl")).rejects.toMatchObject({ code: "invalid-input" });
});
