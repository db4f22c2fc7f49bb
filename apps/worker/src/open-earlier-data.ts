import { join } from "node:path";
import { findPreparation, findPreparedJob, type PreparedJob } from "@trainchain/db/work";
import { dataDraftOf, holdoutContext, shardContext, TrainChainError } from "@trainchain/protocol";
import { fetchUnsealed } from "./deliveries/seal-file.ts";
import type { WorkerDeps } from "./deps.ts";

/** What a draft was prepared from, in the clear in a folder of ours. */
export interface EarlierData {
  prepared: PreparedJob;
  /** What the check of the upload found. */
  report: Record<string, unknown>;
  /** Names in the folder. */
  holdout: string;
  /** The same, in the order of their slots. */
  shards: string[];
}

/**
 * Opens the sealed data of the draft that another was changed from: its upload is not there any more.
 *
 * @throws TrainChainError `gone` where nothing of it is left either
 */
export async function openEarlierData(deps: WorkerDeps, draftId: string, dir: string): Promise<EarlierData> {
  const prepared = await findPreparedJob(deps.db, draftId);
  if (!prepared || prepared.contentRemovedAt)
    throw new TrainChainError("gone", `the data of the draft ${draftId} is not there any more`, {
      fix: "Upload it again and make a new request.",
    });
  const sealedFor = dataDraftOf(prepared.spec);
  const open = async (name: string, cid: string, context: string) => {
    const path = join(dir, name);
    // Our own content: as long as it was when it was stored.
    await fetchUnsealed(deps, { cid, context, path, maxBytes: Number.POSITIVE_INFINITY });
    return name;
  };
  const holdout = await open("earlier-holdout", prepared.holdoutCid, holdoutContext({ draftId: sealedFor }));
  const shards: string[] = [];
  for (const { slot, cid } of prepared.shardAssignments.toSorted((a, b) => a.slot - b.slot))
    shards.push(await open(`earlier-shard-${slot}`, cid, shardContext({ draftId: sealedFor, index: slot })));
  const { report } = (await findPreparation(deps.db, draftId)) ?? {};
  return { prepared, report: report ?? {}, holdout, shards };
}
