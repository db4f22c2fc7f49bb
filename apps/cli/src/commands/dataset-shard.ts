import { shardDataset } from "@trainchain/dataset/node";
import type { Command } from "commander";
import { wholeNumber, withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertReadable } from "../readable-file.ts";

interface Options {
  shards: number;
  seed: number;
  holdout?: number;
  out: string;
  json: boolean;
}

export function addDatasetShard(parent: Command): void {
  withJson(parent.command("shard"))
    .description("keep a holdout, shuffle the rest and cut it into shards, as the platform does")
    .argument("<file>")
    .requiredOption("--shards <n>", "number of shards", wholeNumber(1, 1_024))
    .option("--seed <n>", "seed of the shuffle", wholeNumber(0, 2 ** 32 - 1), 0)
    .option("--holdout <rows>", "rows kept to measure with (default: a tenth, 20 to 1000)", wholeNumber(0))
    .requiredOption("--out <dir>", "folder for shard-*.jsonl, holdout.jsonl and manifest.json")
    .action(async (file: string, { shards, seed, holdout, out, json }: Options) => {
      await assertReadable(file);
      const holdoutOption = holdout === undefined ? {} : { holdout };
      const { manifest } = await shardDataset({ file, shards, seed, outDir: out, ...holdoutOption });
      createOutput(json).result(manifest, () => [
        ...manifest.shards.map((shard) => `${shard.file}  ${shard.rows} rows  ${shard.sizeBytes} bytes`),
        `${manifest.holdout.file}  ${manifest.holdout.rows} rows  ${manifest.holdout.sizeBytes} bytes`,
        `✓ ${manifest.rows} rows of ${file} in ${out} (${manifest.duplicatesDropped} repetitions dropped)`,
      ]);
    });
}
