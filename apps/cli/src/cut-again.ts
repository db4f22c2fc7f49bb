import { join } from "node:path";
import { shardDataset } from "@trainchain/dataset/node";
import { type AdapterJobSpec, type AnyReceipt, TrainChainError } from "@trainchain/protocol";
import { checkShards } from "./receipt/check-documents.ts";
import { createFindings } from "./receipt/findings.ts";

/** A file of rows of a job's dataset, and whom they were given to. */
export interface DatasetPart {
  what: string;
  file: string;
  /** Sealed, where the spec commits to it. */
  shardCid: string | undefined;
  contributor: string | undefined;
}

/**
 * Cuts a job's dataset again as the platform did, into files below `outDir`: the holdout and each shard in its order.
 * Also whether the receipt's sealed shards are those that the spec commits to.
 * @throws TrainChainError `invalid-input` where the file is not the one that the job was made of
 */
export async function cutAgain(
  receipt: AnyReceipt,
  spec: AdapterJobSpec,
  { dataset, outDir }: { dataset: string; outDir: string },
) {
  const findings = createFindings();
  await checkShards(findings, spec, receipt.shards ?? []);
  const commitment = findings.all[0]!.outcome;
  const { splitSeed, shardRows, holdoutRows, leftOut } = spec.dataset;
  const { manifest } = await shardDataset({
    ...{ file: dataset, shards: shardRows.length, seed: splitSeed ?? spec.lora.seed, outDir },
    ...{ holdout: holdoutRows, leaveOut: leftOut?.rows },
  });
  const rows = manifest.shards.map((shard) => shard.rows);
  if (manifest.rows !== spec.dataset.rows || rows.join() !== shardRows.join())
    throw new TrainChainError("invalid-input", `${dataset} is not the file that the job was made of`, {
      fix: "Give the file that was uploaded, unchanged.",
    });
  const holdout: DatasetPart = {
    what: "the holdout, which leaves the platform for nobody",
    file: join(outDir, manifest.holdout.file),
    ...{ shardCid: undefined, contributor: undefined },
  };
  const shards = manifest.shards.map(
    ({ file }, shard): DatasetPart => ({
      what: `shard ${shard + 1}`,
      file: join(outDir, file),
      shardCid: commitment === "verified" ? receipt.shards?.[shard] : undefined,
      contributor: receipt.result.contributors.find((one) => (one.shard ?? one.slot) === shard)?.contributor,
    }),
  );
  return { commitment, holdout, shards };
}
