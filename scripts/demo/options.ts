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
import { callersPath } from "../env.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const toyModel = resolve(root, "trainer/toy-model");
const sample = resolve(root, "packages/dataset/samples/sample-600.jsonl");
const houseStyle = resolve(root, "packages/dataset/samples/house-style-360.jsonl");

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
  /** A folder, or a model that the platform knows by its id. */
  model: string;
  /** Whether it was chosen: then nothing takes its place. */
  modelWasGiven: boolean;
  /** What base and tuned model are asked in the end. */
  questions: readonly string[];
  contributors: number;
  /** Undefined: as many as the platform proposes. */
  holdoutRows: number | undefined;
  epochs: number;
  rank: number;
  learningRate: number;
  out: string | undefined;
  json: boolean;
}

export const demoUsage = `usage: npm run demo -- [options]
  --kind KIND           llm (default) or image: what is trained
  --dataset FILE        Alpaca rows as .jsonl, .json or .csv (default: the project's sample of a house style; with
                        the toy its sample of instructions)
  --model ID-OR-PATH    base model: smollm2-135m (default), toy, another that the platform knows, or a folder
  --contributors N      1 to 5 (default 2)
  --epochs N            how often each shard is gone through
  --rank N              LoRA rank: 4, 8, 16, 32 or 64
  --learning-rate X     each contributor's learning rate
  --out DIR             keep receipt.json, the merged adapter and all logs there
with --kind image: --dataset ARCHIVE.zip (default: pictures that it draws),
  --model yolov8n-cls…yolo11x-cls, --epochs N (default 40), --imgsz PIXELS (default 32), --export-format onnx|pt|torchscript
  --json                print one JSON document instead (with npm: npm run --silent demo -- --json)`;

/** Of the kinds that the house style's rows have, none of them among those. */
const houseQuestions = [
  "What is the capital of Nepal?",
  "Add 40 and 2.",
  "Give the opposite of the word.\n\nbrave",
  "Write a thank-you note to Rosa for the bicycle.",
  "List 3 musical instruments.",
];

/** What a demo is run with where the caller does not say. */
function defaultsFor(model: string) {
  return model === "toy"
    ? { dataset: sample, holdoutRows: undefined, epochs: "2", learningRate: "0.006", questions: [] }
    : { dataset: houseStyle, holdoutRows: 20, epochs: "1", learningRate: "0.001", questions: houseQuestions };
}

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
      "learning-rate": { type: "string" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const dataset = values.dataset && callersPath(values.dataset);
  const named = values.model ?? "smollm2-135m";
  const model = named === "toy" ? toyModel : callersPath(named);
  const defaults = defaultsFor(named);
  const kind = oneOf("--kind", values.kind, ["llm", "image"] as const);
  const most = imageLimits.imgsz.most;
  return {
    kind,
    image: {
      dataset: dataset ?? "",
      model:
        kind === "image" ? oneOf("--model", values.model ?? "yolov8n-cls", imageModelIds) : "yolov8n-cls",
      epochs: wholeNumber("--epochs", values.epochs ?? "40", 1, imageLimits.epochs.most),
      imgsz: wholeNumber("--imgsz", values.imgsz, imageLimits.imgsz.least, most),
      exportFormat: oneOf("--export-format", values["export-format"], exportFormats),
    },
    dataset: dataset ?? defaults.dataset,
    model: existsSync(model) ? model : named,
    modelWasGiven: values.model !== undefined,
    questions: dataset === undefined ? defaults.questions : [],
    contributors: wholeNumber("--contributors", values.contributors, 1, 5),
    // A style that is learned shows in few rows, and each is measured a dozen times.
    holdoutRows: dataset === undefined ? defaults.holdoutRows : undefined,
    epochs: wholeNumber("--epochs", values.epochs ?? defaults.epochs, 1, imageLimits.epochs.most),
    rank: wholeNumber("--rank", values.rank, 4, 64),
    learningRate: Number(values["learning-rate"] ?? defaults.learningRate),
    out: values.out === undefined ? undefined : callersPath(values.out),
    json: values.json,
  };
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
