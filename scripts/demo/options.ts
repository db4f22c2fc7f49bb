import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TrainChainError } from "@trainchain/protocol";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface DemoOptions {
  dataset: string;
  model: string;
  contributors: number;
  epochs: number;
  rank: number;
  learningRate: number;
  out: string | undefined;
  json: boolean;
}

export const demoUsage = `usage: npm run demo -- [options]
  --dataset FILE        Alpaca rows as .jsonl, .json or .csv (default: 500 rows beside the project, else its own sample)
  --model ID-OR-PATH    base model (default: the project's toy model)
  --contributors N      1 to 5 (default 2)
  --epochs N            passes over each shard
  --rank N              LoRA rank: 4, 8, 16, 32 or 64
  --learning-rate X     each contributor's learning rate
  --out DIR             keep receipt.json, the merged adapter and all logs there
  --json                print one JSON document instead (with npm: npm run --silent demo -- --json)`;

/** The demo's options, checked; relative paths are the caller's. */
export function parseDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      dataset: { type: "string", default: defaultDataset() },
      model: { type: "string", default: fileURLToPath(new URL("../../trainer/toy-model", import.meta.url)) },
      contributors: { type: "string", default: "2" },
      epochs: { type: "string", default: "2" },
      rank: { type: "string", default: "8" },
      "learning-rate": { type: "string", default: "0.006" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const caller = process.env.INIT_CWD ?? process.cwd();
  return {
    dataset: resolve(caller, values.dataset),
    model: existsSync(resolve(caller, values.model)) ? resolve(caller, values.model) : values.model,
    contributors: wholeNumber("--contributors", values.contributors, 1, 5),
    epochs: wholeNumber("--epochs", values.epochs, 1, 100),
    rank: wholeNumber("--rank", values.rank, 4, 64),
    learningRate: Number(values["learning-rate"]),
    out: values.out === undefined ? undefined : resolve(caller, values.out),
    json: values.json,
  };
}

function defaultDataset(): string {
  const beside = resolve(root, "../shared/data/alpaca-500.jsonl");
  return existsSync(beside) ? beside : resolve(root, "packages/dataset/samples/sample-600.jsonl");
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TrainChainError("invalid-input", `${option} is "${text}"`, {
    fix: `give a whole number from ${min} to ${max}`,
  });
}
