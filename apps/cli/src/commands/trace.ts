import { readFile } from "node:fs/promises";
import { createApiClient } from "@trainchain/api-client";
import { type AdapterJobSpec, type AnyReceipt, jobSpecSchema, TrainChainError } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import type { Command } from "commander";
import { describeTrace } from "../describe-trace.ts";
import { findHolders } from "../find-holders.ts";
import { webAddress, withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertReadable } from "../readable-file.ts";
import { parseJson } from "../receipt/parse-json.ts";
import { parseReceipt } from "../receipt/parse-receipt.ts";
import { searchable } from "../searchable-text.ts";

interface Options {
  text: string;
  dataset: string;
  spec?: string;
  api?: string;
  json: boolean;
}

export function defineTrace(command: Command): void {
  withJson(command)
    .argument("<receipt>", "receipt.json of the job that the rows were given to")
    .requiredOption("--text <file>", "what has leaked: rows, or any text that holds some")
    .requiredOption("--dataset <file>", "the job's own dataset, as it was uploaded")
    .option("--spec <file>", "the job's public spec (default: asked of the platform)")
    .option("--api <url>", "the platform to ask (default: the one that the receipt names)", webAddress)
    .action(async (path: string, options: Options) => {
      for (const file of [path, options.text, options.dataset]) await assertReadable(file);
      const receipt = parseReceipt(parseJson(await readFile(path, "utf8")), path);
      const spec = await specOf(receipt, options);
      const holds = searchable(await readFile(options.text, "utf8"));
      const traced = await findHolders(receipt, spec, options.dataset, holds);
      const { shardsSha256 } = spec.dataset;
      createOutput(options.json).result({ shardsSha256, ...traced }, () =>
        describeTrace(traced, shardsSha256),
      );
      if (traced.commitment === "differs") process.exitCode = 2;
    });
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
  const content = await createApiClient({ baseUrl }).getContent(cid);
  return new Uint8Array(await new Response(content as BodyInit).arrayBuffer());
}
