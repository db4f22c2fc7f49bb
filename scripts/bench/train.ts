import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { evaluationEventSchema, type TrainerEvent, trainerEventSchema } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { ensureModel, ensurePython } from "../ensure-python.ts";
import { callersPath, pythonEnvDir } from "../env.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const holdoutRows = 50;
const wallet = `0x${"0".repeat(40)}`;

interface Measured {
  tokensPerSecond: number;
  memoryMb: number;
  adapter: string;
  /** Tokens a second if nothing but the products of the weights took time; null on a GPU, undefined for ours. */
  limit?: number | null;
}

interface Settings {
  model: string;
  shard: string;
  epochs: string;
  rank: string;
  learningRate: string;
  seed: string;
  cores: string;
  quantization: string;
  folder: string;
}

/** Runs train_llm.py and a bare trl SFTTrainer, in both of its precisions, on the same model, rows, epochs, rate and seed. */
async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      /** A folder, or the name of an embedded model. */
      model: { type: "string", default: "smollm2-135m" },
      dataset: { type: "string", default: join(root, "packages/dataset/samples/sample-600.jsonl") },
      rows: { type: "string", default: "80" },
      epochs: { type: "string", default: "1" },
      rank: { type: "string", default: "8" },
      "learning-rate": { type: "string", default: "0.0005" },
      seed: { type: "string", default: "0" },
      cores: { type: "string", default: String(availableParallelism()) },
      quantization: { type: "string", default: "none" },
    },
  });
  await ensurePython();
  const model = (await ensureModel(values.model)) ?? callersPath(values.model);
  const folder = await mkdtemp(join(tmpdir(), "bench-train-"));
  try {
    const lines = (await readFile(values.dataset, "utf8")).split("\n").filter((line) => line.trim());
    const shard = join(folder, "shard.jsonl");
    const holdout = join(folder, "holdout.jsonl");
    await writeFile(holdout, `${lines.slice(0, holdoutRows).join("\n")}\n`);
    await writeFile(shard, `${lines.slice(holdoutRows, holdoutRows + Number(values.rows)).join("\n")}\n`);
    const settings: Settings = { ...values, model, learningRate: values["learning-rate"], shard, folder };
    const ours = await trainOurs(settings);
    const peers = [await trainBare(settings, "float32"), await trainBare(settings, "default")];
    const losses = await evaluate(
      settings,
      holdout,
      [ours, ...peers].map(({ adapter }) => adapter),
    );
    const bare = peers.reduce((a, b) => (a.tokensPerSecond > b.tokensPerSecond ? a : b));
    const gain = ({ adapter }: Measured) => losses.get("base")! - losses.get(adapter)!;
    const row = (trainer: string, { tokensPerSecond, memoryMb, adapter }: Measured) => ({
      trainer,
      tokensPerSecond: Math.round(tokensPerSecond),
      memoryMb: Math.round(memoryMb),
      heldOutLoss: losses.get(adapter),
    });
    const base = { trainer: "base model, untrained", heldOutLoss: losses.get("base") };
    return {
      rows: [
        base,
        row("train_llm.py", ours),
        row("bare SFTTrainer, float32", peers[0]!),
        row("bare SFTTrainer, its default", peers[1]!),
        ...(bare.limit === null
          ? []
          : [{ trainer: "limit of the matrix products", tokensPerSecond: Math.round(bare.limit!) }]),
      ],
      ratios: {
        "tokens/s of train_llm.py over the faster bare SFTTrainer":
          ours.tokensPerSecond / bare.tokensPerSecond,
        "peak memory of train_llm.py over it": ours.memoryMb / bare.memoryMb,
        "gain of held-out loss of train_llm.py over its": gain(ours) / gain(bare),
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trainOurs(settings: Settings): Promise<Measured> {
  const gateway = await serveShard(settings.shard);
  const steps: Extract<TrainerEvent, { event: "step" }>[] = [];
  const workDir = join(settings.folder, "ours");
  try {
    await runPython({
      dir: pythonEnvDir,
      script: join(root, "trainer/train_llm.py"),
      schema: trainerEventSchema,
      env: { OMP_NUM_THREADS: settings.cores },
      onEvent: (event) => {
        if (event.event === "step") steps.push(event);
      },
      args: [
        ...["--job-id", "0", "--shard-cid", "shard", "--contributor-wallet", wallet],
        ...["--model-name", settings.model, "--max-length", "1024", "--work-dir", workDir],
        ...["--api-url", `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`],
        ...["--lora-rank", settings.rank, "--lora-alpha", String(2 * Number(settings.rank))],
        ...["--epochs", settings.epochs, "--learning-rate", settings.learningRate],
        ...["--seed", settings.seed, "--cores", settings.cores, "--quantization", settings.quantization],
      ],
    });
  } finally {
    gateway.close();
  }
  const { tokensPerSecond, memoryMb } = steps.at(-1)!;
  return { tokensPerSecond, memoryMb, adapter: join(workDir, "adapter") };
}

async function trainBare(settings: Settings, precision: "float32" | "default"): Promise<Measured> {
  const out = join(settings.folder, `bare-${precision}`);
  const [trained] = await runPython({
    dir: pythonEnvDir,
    script: join(root, "scripts/bench/bare_sft.py"),
    schema: { safeParse: parseBare },
    env: { OMP_NUM_THREADS: settings.cores },
    args: [
      ...["--model", settings.model, "--rows", settings.shard, "--out", out],
      ...["--rank", settings.rank, "--alpha", String(2 * Number(settings.rank)), "--epochs", settings.epochs],
      ...["--learning-rate", settings.learningRate, "--seed", settings.seed, "--cores", settings.cores],
      ...["--quantization", settings.quantization, "--precision", precision],
    ],
  });
  const { tokens, seconds, memoryMb, limit } = trained!;
  return { tokensPerSecond: tokens / seconds, memoryMb, limit, adapter: out };
}

interface BareResult {
  event: string;
  tokens: number;
  seconds: number;
  memoryMb: number;
  limit: number | null;
}

function parseBare(value: unknown): { success: true; data: BareResult } | { success: false } {
  const isResult =
    typeof value === "object" && value !== null && "event" in value && value.event === "trained";
  return isResult ? { success: true, data: value as BareResult } : { success: false };
}

/** Held-out loss by adapter folder, and under "base" the base model's. */
async function evaluate(
  settings: Settings,
  holdout: string,
  adapters: string[],
): Promise<Map<string, number>> {
  const events = await runPython({
    dir: pythonEnvDir,
    script: join(root, "trainer/evaluate.py"),
    schema: evaluationEventSchema,
    args: ["--model", settings.model, "--holdout", holdout, "--adapters", ...adapters],
  });
  return new Map(events.flatMap((event) => (event.event === "evaluated" ? [[event.name, event.loss]] : [])));
}

/** What the trainer needs of an agent's gateway: the shard, and somewhere to send the adapter. */
async function serveShard(shard: string): Promise<Server> {
  const body = await readFile(shard);
  const server = createServer((request, response) => {
    request.resume();
    response.end(request.method === "GET" ? body : JSON.stringify({ cid: "bench" }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

export default {
  name: "train",
  about:
    "train_llm.py beside the faster of two bare trl SFTTrainers: same model, rows, epochs, learning rate and seed",
  run,
};
