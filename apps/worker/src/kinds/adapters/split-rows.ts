import { join } from "node:path";
import { type DatasetFormat, planShards } from "@trainchain/dataset";
import { cutShards, type ShardManifest, shardDataset } from "@trainchain/dataset/node";
import type { DraftToPrepare } from "@trainchain/db/work";
import { type AdapterJobSpec, type AdapterRequest, jobSpecSchema } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import { openEarlierData } from "../../open-earlier-data.ts";
import { openUpload } from "../../open-upload.ts";

/** The rows of a draft in parts, as files of the folder that they were split into. */
export interface SplitRows {
  rows: number;
  format: DatasetFormat;
  leftOut?: AdapterJobSpec["dataset"]["leftOut"];
  meanRowChars: number | undefined;
  holdout: { file: string; rows: number };
  shards: ShardManifest["shards"];
  report: Record<string, unknown>;
}

/**
 * Splits what was uploaded for a draft. One that was changed from another has the holdout and the order of that one,
 * cut for as many contributors as it asks for now.
 */
export async function splitRows(
  deps: WorkerDeps,
  draft: DraftToPrepare,
  {
    request,
    splitSeed: seed,
    dir,
  }: {
    request: Pick<AdapterRequest, "contributors" | "holdoutRows" | "leaveOut">;
    splitSeed: number;
    dir: string;
  },
): Promise<SplitRows> {
  if (draft.changedFromId !== null) return cutAnew(deps, draft.changedFromId, request.contributors, dir);
  const { path } = await openUpload(deps.dataDir, draft.uploadId);
  const { contributors: shards, holdoutRows: holdout, leaveOut } = request;
  const split = await shardDataset({ file: path, shards, seed, holdout, leaveOut, outDir: dir });
  const { promptChars, outputChars } = split.report;
  const meanRowChars = Math.ceil((promptChars?.mean ?? 0) + (outputChars?.mean ?? 0));
  return { ...split.manifest, meanRowChars, report: { ...split.report } };
}

async function cutAnew(deps: WorkerDeps, draftId: string, shards: number, dir: string): Promise<SplitRows> {
  const { prepared, report, ...files } = await openEarlierData(deps, draftId, dir);
  const { dataset } = jobSpecSchema.parse(prepared.spec) as AdapterJobSpec;
  const { rows, format, leftOut, meanRowChars, holdoutRows } = dataset;
  const { shardRows } = planShards({ rows, shards, holdout: holdoutRows, seed: 0 });
  const paths = files.shards.map((name) => join(dir, name));
  return {
    ...{ rows, format, leftOut, meanRowChars, report },
    holdout: { file: files.holdout, rows: holdoutRows },
    shards: await cutShards({ files: paths, shardRows, outDir: dir }),
  };
}
