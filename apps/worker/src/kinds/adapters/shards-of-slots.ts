import { listSlotMoves } from "@trainchain/db/rounds";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { type AssignedShard, assignShards } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";

/**
 * The shard that each wallet of a job was given, as the API gives them out: its slot's, and in a later round of a
 * series the one that it had before, or a newcomer's.
 */
export async function shardsOfSlots(
  { db }: WorkerDeps,
  { job, slots, prepared }: AdapterJobForWork,
): Promise<ReadonlyMap<string, AssignedShard>> {
  const { series, dataset } = prepared.spec;
  if (!series || series.round === 1)
    return new Map(slots.map(({ contributor, slot }) => [contributor, slot]));
  return assignShards(dataset.shardRows.length, await listSlotMoves(db, job));
}
