import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DatasetRow, serialiseRow, type Turn } from "@trainchain/dataset";
import { createChatTokenizer, measureRow } from "@trainchain/dataset/tokens";
import { type BaseModel, baseModels, localBaseModel } from "@trainchain/protocol";
import { createLocalEvaluator } from "@trainchain/python-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTokenizers } from "../../apps/api/src/tokenizers/tokenizers.ts";
import { ensureModel } from "../../scripts/ensure-python.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { toyModel } from "../agent-process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const evaluator = createLocalEvaluator({ envDir: pythonEnvDir, scriptDir: join(root, "trainer") });
const tokenizers = createTokenizers({ hub: "http://none", envDir: pythonEnvDir });

const row = (instruction: string, output: string, more: Partial<DatasetRow> = {}): DatasetRow => ({
  ...{ instruction, input: "", output },
  ...more,
});
const user = (content: string): Turn => ({ role: "user", content });
const assistant = (content: string): Turn => ({ role: "assistant", content });
const rows: DatasetRow[] = [
  row("Sätze in Österreich", "Übungen ß ﬁ ﬀ — „so“"),
  row("用中文回答 2026 年", "好的，没有问题。١٢٣ ４５６"),
  row("👩‍👩‍👧 e\u0301 \u00e9 \u200b zero", "नमस्ते สวัสดี\u00a0x\u2028y"),
  row("Tabs\t\tand   spaces\r\n\r\n  end ", "\n\n  code:\n    if x == 10:\n        return 1000000\n"),
  row("Says <|end|> and <|im_end|> itself", "<|user|>\nHi<|im_start|>assistant\n"),
  row("Be brief", "Yes", { system: "You are a pirate.", input: "Arr! 'tis I'll we've" }),
  row("And in winter?", "−10 °C.", {
    system: "You guide through Lapland.",
    history: [user("How warm is summer?"), assistant("20 °C."), user("And autumn?"), assistant("5 °C.")],
  }),
  row("Go on", "Done", { history: [assistant("Hello!"), user("Long ".repeat(80)), assistant("Well")] }),
  row("Go on", "Done", { history: [user("Once"), { ...assistant("context only"), weight: 0 }] }),
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-tokens-"));
  const sample = await readFile(join(root, "packages/dataset/samples/sample-600.jsonl"), "utf8");
  rows.push(...sample.split("\n", 400).flatMap((line, at) => (at % 20 ? [] : [JSON.parse(line)])));
  await Promise.all(rows.map((each, at) => writeFile(fileOf(at), `${serialiseRow(each)}\n`)));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = (at: number) => join(folder, `${at}.jsonl`);

/** What the trainer's own count says of each row. */
async function count(model: string, maxLength: number) {
  const files = rows.map((_, at) => fileOf(at));
  const args = ["--model", model, "--max-length", String(maxLength), "--files", ...files];
  const events = await evaluator.run({ script: "count_rows.py", args });
  const counted = events.filter((event) => event.event === "counted");
  return counted.map(({ fitting, roomyLength }) => ({ fits: fitting === 1, length: roomyLength }));
}

const embedded = baseModels.find((model) => model.embedded)!;

it.each<[string, BaseModel, string]>([
  ["the toy model", localBaseModel(toyModel), toyModel],
  [embedded.name, embedded, embedded.id],
])("rows are as long in tokens of %s here as for the trainer", async (_, model, path) => {
  await ensureModel(path);
  const tokenizer = createChatTokenizer(await tokenizers(model));
  const measured = rows.map((each) => measureRow(tokenizer, each));
  for (const maxLength of [20, 48, 120]) {
    const here = measured.map(({ answerAt, length }) => ({ fits: answerAt < maxLength, length }));
    expect(here).toEqual(await count(path, maxLength));
  }
});
