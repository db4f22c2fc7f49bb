import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shardDataset } from "@trainchain/dataset/node";
import { type AnyReceipt, type LlmJobSpec, TrainChainError } from "@trainchain/protocol";
import { findRows } from "./find-rows.ts";

/**
 * Cuts a job's dataset again as the platform did, and says of which parts a searchable text holds rows, and whom each
 * was given to.
 * @throws TrainChainError `invalid-input` where the file is not the one that the job was made of
 */
export async function findHolders(receipt: AnyReceipt, spec: LlmJobSpec, dataset: string, text: string) {
  const { splitSeed, shardRows, holdoutRows, leftOut } = spec.dataset;
  const outDir = await mkdtemp(join(tmpdir(), "trainchain-trace-"));
  try {
    const { manifest } = await shardDataset({
      ...{ file: dataset, shards: shardRows.length, seed: splitSeed ?? spec.lora.seed, outDir },
      ...{ holdout: holdoutRows, leaveOut: leftOut?.rows },
    });
    const rows = manifest.shards.map((shard) => shard.rows);
    if (manifest.rows !== spec.dataset.rows || rows.join() !== shardRows.join())
      throw new TrainChainError("invalid-input", `${dataset} is not the file that the job was made of`, {
        fix: "Give the file that was uploaded, unchanged.",
      });
    const parts = [
      { what: "the holdout, which leaves the platform for nobody", file: manifest.holdout.file },
      ...manifest.shards.map(({ file }, shard) => ({
        ...{ what: `shard ${shard + 1}`, file, shardCid: receipt.shards?.[shard] },
        contributor: receipt.result.contributors.find((one) => (one.shard ?? one.slot) === shard)
          ?.contributor,
      })),
    ];
    const found = [];
    for (const { file, ...part } of parts) {
      const told = await findRows(join(outDir, file), text);
      if (told.whole + told.answers > 0)
        found.push({ contributor: undefined, shardCid: undefined, ...part, ...told });
    }
    return found;
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
