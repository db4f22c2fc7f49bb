import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shardDataset } from "@trainchain/dataset/node";
import { type AnyReceipt, type LlmJobSpec, llmJobSpecSchema } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeTrace } from "./describe-trace.ts";
import { findHolders } from "./find-holders.ts";
import { parseReceipt } from "./receipt/parse-receipt.ts";
import { searchable } from "./searchable-text.ts";

const recorded = join(import.meta.dirname, "../../../packages/protocol/src/kinds/llm-finetune/recorded");
const wallets = ["a", "b"].map((letter) => `0x${letter.repeat(40)}`);
const sealed = ["s", "t"].map((letter) => `bafkrei${letter.repeat(52)}`);
const plainRows = Array.from({ length: 40 }, (_, i) => ({
  instruction: `Tell of the ${i}th house.`,
  input: "",
  output: `The ${i}th house stands behind the ${i}th hill, and nobody lives there.`,
}));
const shortRows = ["Add|2+2|4", "Hi||Hello", "||x", "Say it|a|b"].map((row, i) => {
  const [instruction = "", input = "", output = ""] = row.split("|");
  return { instruction: instruction || `Letter ${i}`, input, output };
});
const refusal = "I am sorry, that is a thing of which I may not speak at all.";
const sameAnswers = Array.from({ length: 8 }, (_, i) => ({
  instruction: `No. ${i}?`,
  input: "",
  output: refusal,
}));
const quotedRows = Array.from({ length: 8 }, (_, i) => ({
  instruction: `Who calls at the ${i}th "door"?`,
  input: "",
  output: `A man says:\n"I am the ${i}th guest",\nand a path C:\\new is on his card, é.`,
}));
const rows = [...plainRows, ...shortRows, ...sameAnswers, ...quotedRows];

let folder: string;
let spec: LlmJobSpec;
let receipt: AnyReceipt;
let shards: (typeof rows)[];
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
  const shardsSha256 = createHash("sha256")
    .update(sealed.map((cid) => `${cid}\n`).join(""))
    .digest("hex");
  const counts = {
    rows: 60,
    holdoutRows: 20,
    shardRows: [20, 20],
    splitSeed: 99,
    leftOut: undefined,
    shardsSha256,
  };
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

type Row = (typeof rows)[number];
const long = (shard: Row[]) => shard.filter(({ output }) => output.startsWith("The"));
const quoted = (shard: Row[]) => shard.filter(({ output }) => output.startsWith("A man"));

const trace = (text: string, dataset = "rows.jsonl") =>
  findHolders(receipt, spec, join(folder, dataset), searchable(text));

it("a leaked row names the wallet that it was given to and the sealed shard, whatever stands around it", async () => {
  const [row, other] = long(shards[1]!) as [Row, Row];
  const found = await trace(
    `Look:\n${row.instruction}\n  ${row.output.replaceAll(" ", "\n")}\n${JSON.stringify(other)}`,
  );
  expect(found.found).toEqual([
    expect.objectContaining({ contributor: wallets[1], shardCid: sealed[1], whole: 2, answers: 0 }),
  ]);
});

it("answers alone are told apart from whole rows, and each shard is named", async () => {
  const { found } = await trace(shards.map((shard) => long(shard)[0]!.output).join(" and "));
  expect(found).toMatchObject([
    { contributor: wallets[0], whole: 0, answers: 1 },
    { contributor: wallets[1], whole: 0, answers: 1 },
  ]);
});

it("a text that holds no row names nobody, and another dataset is refused", async () => {
  const traced = await trace("The house stands behind the hill.");
  expect(traced.found).toEqual([]);
  expect(describeTrace(traced, "0").join()).toMatch(
    /in none of the forms that were tried: plain text, JSON.*CSV/,
  );
  await writeFile(
    join(folder, "other.jsonl"),
    rows
      .slice(1)
      .map((row) => JSON.stringify(row))
      .join("\n"),
  );
  await expect(trace("anything", "other.jsonl")).rejects.toMatchObject({ code: "invalid-input" });
});

const chat = ({ instruction, output }: Row) => ({
  messages: [
    { role: "user", content: instruction },
    { role: "assistant", content: output },
  ],
});
const csvField = (value: string) => `"${value.replaceAll('"', '""')}"`;

it.each<[string, (leaked: Row[]) => string]>([
  ["chats, a line each", (leaked) => leaked.map((row) => JSON.stringify(chat(row))).join("\n")],
  ["a JSON array", (leaked) => JSON.stringify(leaked)],
  ["indented JSON", (leaked) => JSON.stringify({ data: leaked.map(chat) }, null, 2)],
  [
    "JSON that was cut off, behind a quote",
    (leaked) => `He said "look: ${JSON.stringify(leaked).slice(0, -3)}`,
  ],
  ["JSON inside JSON", (leaked) => JSON.stringify({ text: JSON.stringify(leaked) })],
  ["JSON in ASCII", (leaked) => JSON.stringify(leaked).replaceAll("é", "\\u00e9")],
  [
    "CSV",
    (leaked) =>
      ["question,answer", ...leaked.map((row) => [row.instruction, row.output].map(csvField).join(","))].join(
        "\r\n",
      ),
  ],
])("answers with quotes and line breaks are found in %s", async (_, write) => {
  const leaked = quoted(shards[0]!);
  expect(leaked.length).toBeGreaterThan(0);
  const { found } = await trace(write(leaked));
  expect(found).toMatchObject([{ contributor: wallets[0], whole: leaked.length, answers: 0 }]);
});

it("words that anybody may say accuse nobody: short rows, and parts of longer words and numbers", async () => {
  const traced = await trace(
    "Additive noise on page 42+24. History: Othello. Hello world, Letter 2, extra. Hi. Add 2+2, 4.",
  );
  expect(traced.found).toEqual([]);
  const [{ instruction, output }] = long(shards[0]!) as [Row];
  expect((await trace(`re${instruction} un${output}`)).found).toEqual([]);
});

it("an answer that stands in several parts accuses nobody, and is said to", async () => {
  const has = shards.map((shard) => shard.filter(({ output }) => output === refusal));
  expect(has.every((same) => same.length > 0)).toBe(true);
  const traced = await trace(`${has[1]![0]!.instruction} ${refusal}`);
  expect(traced.found).toEqual([]);
  expect(describeTrace(traced, "0").join()).toMatch(
    /in words that stand in several parts: that accuses nobody/,
  );
});

it("sealed shards are named where the spec commits to them, and said to differ where it does not", async () => {
  const text = long(shards[1]!)[0]!.output;
  const good = await trace(text);
  expect(describeTrace(good, "5ha").at(-1)).toBe(
    "The sealed shards of the receipt are those that the spec commits to by 5ha.",
  );
  const others = { ...receipt, shards: sealed.toReversed() };
  const bad = await findHolders(others, spec, join(folder, "rows.jsonl"), searchable(text));
  expect(bad.found).toMatchObject([{ contributor: wallets[1], shardCid: undefined }]);
  expect(describeTrace(bad, "5ha").at(-1)).toMatch(/are not those that the spec commits to/);
  const none = await findHolders(
    { ...receipt, shards: undefined },
    spec,
    join(folder, "rows.jsonl"),
    searchable(text),
  );
  expect(describeTrace(none, "5ha").join()).not.toContain("commits");
});
