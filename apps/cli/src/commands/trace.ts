import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { createApiClient } from "@trainchain/api-client";
import {
  type AdapterJobSpec,
  type AnyReceipt,
  jobSpecSchema,
  parseJson,
  TrainChainError,
} from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import type { Command } from "commander";
import { describeTrace } from "../describe-trace.ts";
import { findHolders } from "../find-holders.ts";
import { describeTracedModel } from "../kinds/adapters/describe-traced-model.ts";
import { webAddress, withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertReadable } from "../readable-file.ts";
import { boundedFetch, documentBytes } from "../receipt/bounded-fetch.ts";
import { parseReceipt } from "../receipt/parse-receipt.ts";
import { searchable } from "../searchable-text.ts";

interface Options {
  text?: string;
  model?: string;
  dataset: string;
  baseModel?: string;
  spec?: string;
  api?: string;
  json: boolean;
}

export function defineTrace(command: Command): void {
  withJson(command)
    .argument("<receipt>", "receipt.json of the job that the rows were given to")
    .option("--text <file>", "what has leaked: rows, or any text that holds some")
    .option("--model <dir>", "or a LoRA adapter that somebody has: on which shards it was trained")
    .requiredOption("--dataset <file>", "the job's own dataset, as it was uploaded")
    .option("--base-model <name>", "with --model: the base model, by hub id or folder (default: the job's)")
    .option("--spec <file>", "the job's public spec (default: asked of the platform)")
    .option("--api <url>", "the platform to ask (default: the one that the receipt names)", webAddress)
    .action(async (path: string, options: Options) => {
      const { text, model, dataset } = options;
      if ((text === undefined) === (model === undefined))
        throw new TrainChainError("invalid-input", "there is one thing to trace at a time", {
          fix: "Give either --text or --model.",
        });
      for (const file of [path, dataset]) await assertReadable(file);
      const receipt = parseReceipt(parseJson(await readFile(path, "utf8")), path);
      const spec = await specOf(receipt, options);
      const isWhole = await (text === undefined
        ? traceModelOf(receipt, spec, { ...options, model: model ?? "" })
        : traceText(receipt, spec, { ...options, text }));
      if (!isWhole) process.exitCode = 2;
    });
}

/** Returns whether the receipt's shards are not known to be others than the spec's. */
async function traceText(
  receipt: AnyReceipt,
  spec: AdapterJobSpec,
  { text, dataset, json }: Options & { text: string },
): Promise<boolean> {
  await assertReadable(text);
  const holds = searchable(await readFile(text, "utf8"));
  const traced = await findHolders(receipt, spec, dataset, holds);
  const { shardsSha256 } = spec.dataset;
  createOutput(json).result({ shardsSha256, ...traced }, () => describeTrace(traced, shardsSha256));
  return traced.commitment !== "differs";
}

/** The same. */
async function traceModelOf(
  receipt: AnyReceipt,
  spec: AdapterJobSpec,
  { model, dataset, baseModel, json }: Options & { model: string },
): Promise<boolean> {
  const { traceModel } = await import("../kinds/adapters/trace-model.ts");
  const output = createOutput(json);
  const given = { model, dataset, base: baseModel };
  const traced = await traceModel(receipt, spec, given, output.note);
  const { shardsSha256 } = spec.dataset;
  output.result({ shardsSha256, ...traced }, () => describeTracedModel(traced, shardsSha256));
  return traced.commitment !== "differs";
}

async function specOf({ result, platform }: AnyReceipt, { spec, api }: Options): Promise<AdapterJobSpec> {
  const baseUrl = api ?? platform;
  if (spec === undefined && baseUrl === undefined)
    throw new TrainChainError("invalid-input", "the receipt names no platform", {
      fix: "Give the job's public spec with --spec.",
    });
  const bytes = spec === undefined ? await download(baseUrl ?? "", result.specCid) : await readFile(spec);
  if ((await computeCid(bytes)) !== result.specCid)
    throw new TrainChainError("invalid-input", "this is not the spec that the receipt names", {
      fix: `Give the content of ${result.specCid}.`,
    });
  const { data } = jobSpecSchema.safeParse(parseJson(new TextDecoder().decode(bytes)));
  if (data && "lora" in data) return data;
  throw new TrainChainError("invalid-input", "only rows of text can be traced", {
    fix: "Give the receipt of a fine-tuning job.",
  });
}

async function download(baseUrl: string, cid: string): Promise<Uint8Array> {
  const api = createApiClient({ baseUrl, fetch: boundedFetch(documentBytes) });
  return buffer(await api.getContent(cid));
}
