import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  type ExportFormat,
  exportFormats,
  type ImageModelId,
  imageLimits,
  imageModelIds,
  TrainChainError,
} from "@trainchain/protocol";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface DemoOptions {
  kind: "llm" | "image";
  /** Of an image job; "" as the dataset means the project's own pictures. */
  image: {
    dataset: string;
    model: ImageModelId;
    epochs: number;
    imgsz: number;
    exportFormat: ExportFormat;
  };
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
  --kind KIND           llm (default) or image: what is trained
  --dataset FILE        Alpaca rows as .jsonl, .json or .csv (default: 500 rows beside the project, else its own sample)
  --model ID-OR-PATH    base model (default: the project's toy model)
  --contributors N      1 to 5 (default 2)
  --epochs N            passes over each shard
  --rank N              LoRA rank: 4, 8, 16, 32 or 64
  --learning-rate X     each contributor's learning rate
  --out DIR             keep receipt.json, the merged adapter and all logs there
with --kind image: --dataset ARCHIVE.zip (default: 600 digits beside the project, else pictures that it draws),
  --model yolov8n-cls…yolo11x-cls, --epochs N (default 40), --imgsz PIXELS (default 32), --export-format onnx|pt|torchscript
  --json                print one JSON document instead (with npm: npm run --silent demo -- --json)`;

/** The demo's options, checked; relative paths are the caller's. */
export function parseDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      kind: { type: "string", default: "llm" },
      dataset: { type: "string" },
      model: { type: "string" },
      contributors: { type: "string", default: "2" },
      epochs: { type: "string" },
      imgsz: { type: "string", default: "32" },
      "export-format": { type: "string", default: "onnx" },
      rank: { type: "string", default: "8" },
      "learning-rate": { type: "string", default: "0.006" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const caller = process.env.INIT_CWD ?? process.cwd();
  const dataset = values.dataset && resolve(caller, values.dataset);
  const model = values.model ?? fileURLToPath(new URL("../../trainer/toy-model", import.meta.url));
  const kind = oneOf("--kind", values.kind, ["llm", "image"] as const);
  const most = imageLimits.imgsz.most;
  return {
    kind,
    image: {
      dataset: dataset ?? defaultArchive(),
      model:
        kind === "image" ? oneOf("--model", values.model ?? "yolov8n-cls", imageModelIds) : "yolov8n-cls",
      epochs: wholeNumber("--epochs", values.epochs ?? "40", 1, imageLimits.epochs.most),
      imgsz: wholeNumber("--imgsz", values.imgsz, imageLimits.imgsz.least, most),
      exportFormat: oneOf("--export-format", values["export-format"], exportFormats),
    },
    dataset: dataset ?? defaultDataset(),
    model: existsSync(resolve(caller, model)) ? resolve(caller, model) : model,
    contributors: wholeNumber("--contributors", values.contributors, 1, 5),
    epochs: wholeNumber("--epochs", values.epochs ?? "2", 1, imageLimits.epochs.most),
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

function defaultArchive(): string {
  const beside = resolve(root, "../shared/data/digits-600.zip");
  return existsSync(beside) ? beside : "";
}

function oneOf<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found) return found;
  throw new TrainChainError("invalid-input", `${option} is "${text}"`, {
    fix: `choose ${choices.join(", ")}`,
  });
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TrainChainError("invalid-input", `${option} is "${text}"`, {
    fix: `give a whole number from ${min} to ${max}`,
  });
}
