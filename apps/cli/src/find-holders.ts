import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shardDataset } from "@trainchain/dataset/node";
import { type AdapterJobSpec, type AnyReceipt, TrainChainError } from "@trainchain/protocol";
import { findRows } from "./find-rows.ts";
import { checkShards } from "./receipt/check-documents.ts";
import { createFindings } from "./receipt/findings.ts";
import type { Holds } from "./searchable-text.ts";

/**
 * Cuts a job's dataset again as the platform did, and says of which parts a text holds rows, and whom each was given
 * to. The sealed shards are named where they are the ones that the spec commits to.
 * @throws TrainChainError `invalid-input` where the file is not the one that the job was made of
 */
export async function findHolders(receipt: AnyReceipt, spec: AdapterJobSpec, dataset: string, holds: Holds) {
  const findings = createFindings();
  await checkShards(findings, spec, receipt.shards ?? []);
  const commitment = findings.all[0]!.outcome;
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
        ...{
          what: `shard ${shard + 1}`,
          file,
          shardCid: commitment === "verified" ? receipt.shards?.[shard] : undefined,
        },
        contributor: receipt.result.contributors.find((one) => (one.shard ?? one.slot) === shard)
          ?.contributor,
      })),
    ];
    const files = parts.map(({ file }) => join(outDir, file));
    const { parts: told, ...untold } = await findRows(files, holds);
    const found = parts
      .map(({ file: _, ...part }, at) => ({
        contributor: undefined,
        shardCid: undefined,
        ...part,
        ...told[at]!,
      }))
      .filter(({ whole, answers }) => whole + answers > 0);
    return { found, ...untold, commitment };
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
