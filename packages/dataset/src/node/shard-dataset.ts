import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { LeftOut } from "@trainchain/protocol";
import { invalidDataset } from "../invalid-dataset.ts";
import { leftOutOf } from "../left-out.ts";
import { planShards, type ShardPlan } from "../plan-shards.ts";
import type { DatasetReport } from "../scan-dataset.ts";
import { scanFile } from "../scan-file.ts";
import type { DatasetFormat } from "../text-shape.ts";
import { openDatasetFile } from "./dataset-file.ts";
import { createPartWriter, type PartFile, type PartWriter } from "./part-writer.ts";
import { createRowShuffle } from "./row-shuffle.ts";
import type { SortedBucket } from "./scatter-file.ts";

export interface ShardDatasetOptions {
  file: string;
  shards: number;
  /** 0 to 2^32 − 1. */
  seed: number;
  /** Rows; a tenth within bounds where absent (see `defaultHoldout`). */
  holdout?: number;
  /** So many rows that cannot be used may be left out; none where absent. Where there are others, all is refused. */
  leaveOut?: number | undefined;
  /** Made where absent. Files of an earlier run in it are replaced. */
  outDir: string;
  maxRowChars?: number;
}

/** manifest.json. It is written last, so a folder that has it is complete. */
export interface ShardManifest {
  version: 1;
  format: DatasetFormat;
  seed: number;
  /** Usable rows of the source, holdout included. */
  rows: number;
  duplicatesDropped: number;
  /** Only where rows were left out. */
  leftOut?: LeftOut | undefined;
  source: { file: string; sizeBytes: number };
  holdout: PartFile;
  shards: PartFile[];
}

/**
 * Checks a dataset file, keeps a holdout, shuffles the rest and cuts it into shards whose sizes differ by at most
 * one row: shard-0.jsonl …, holdout.jsonl and manifest.json in `outDir`. Each part is shuffled inside as well, and
 * repeated rows are dropped, so none is both in the holdout and in a shard. The same file, seed and numbers give
 * the same bytes.
 *
 * Works in bounded memory on files of any size; a large one needs about twice its size on the disk of `outDir`
 * meanwhile.
 * Throws `dataset-invalid`, with the report in its facts, where the file has an error or too few rows.
 */
export async function shardDataset(
  options: ShardDatasetOptions,
): Promise<{ manifest: ShardManifest; report: DatasetReport }> {
  const { file, seed, outDir } = options;
  const { size: sizeBytes } = await stat(file);
  const scratch = join(outDir, ".scatter.tmp");
  await mkdir(outDir, { recursive: true });
  await rm(join(outDir, "manifest.json"), { force: true });
  await rm(scratch, { force: true });
  const shuffle = createRowShuffle({ scratch, sizeBytes, seed });
  try {
    const report = await scanFile(
      await openDatasetFile(file),
      { maxRowChars: options.maxRowChars },
      { row: shuffle.add, afterChunk: shuffle.settle },
    );
    const leftOut = leftOutOf(report);
    const isAgreed = leftOut !== undefined && leftOut.rows === options.leaveOut;
    if (!report.ok && !isAgreed) throw invalidDataset(report);
    const plan = planShards({ rows: report.rows, shards: options.shards, holdout: options.holdout, seed });
    const { buckets, link } = await shuffle.finish();
    const [holdout, ...shards] = await writeParts(plan, buckets, createPartWriter(link), outDir);
    const manifest: ShardManifest = {
      version: 1,
      format: report.format,
      seed,
      rows: report.rows,
      duplicatesDropped: report.duplicates,
      leftOut,
      source: { file: basename(file), sizeBytes },
      holdout: holdout!,
      shards,
    };
    await writeManifest(outDir, manifest);
    return { manifest, report };
  } finally {
    await shuffle.close();
    await rm(scratch, { force: true });
  }
}

/** The holdout takes the first rows of the shuffled order, then each shard its own number of them. */
async function writeParts(
  { holdoutRows, shardRows }: ShardPlan,
  buckets: AsyncIterable<SortedBucket> | Iterable<SortedBucket>,
  writer: PartWriter,
  outDir: string,
): Promise<PartFile[]> {
  const sizes = [holdoutRows, ...shardRows];
  const pathOf = (part: number) => join(outDir, part === 0 ? "holdout.jsonl" : `shard-${part - 1}.jsonl`);
  const openPart = async (part: number) => {
    await rm(pathOf(part), { force: true });
    writer.open(pathOf(part));
  };
  let part = 0;
  let left = sizes[part]!;
  await openPart(part);
  for await (const { bytes, places } of buckets) {
    for (let at = 0; at < places.length; at += 2) {
      while (left === 0) {
        await writer.finish();
        part += 1;
        await openPart(part);
        left = sizes[part]!;
      }
      const written = writer.write(bytes, places[at]!, places[at + 1]!);
      if (written) await written;
      left -= 1;
    }
  }
  await writer.finish();
  return writer.written();
}

async function writeManifest(outDir: string, manifest: ShardManifest): Promise<void> {
  const path = join(outDir, "manifest.json");
  await writeFile(`${path}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}
