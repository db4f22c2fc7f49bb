import type { Executor } from "@trainchain/db";
import type { JobKey } from "@trainchain/db/market";
import { listSlotMoves } from "@trainchain/db/rounds";
import { assignShards, type JobSpec, type SlotMove } from "@trainchain/protocol";

/**
 * The shard that a wallet with this slot works on: the slot's own number in a job of one round; in a series the one
 * that the wallet had before, or a newcomer's. Undefined where another contributor was given it in this round.
 */
export async function shardOf(
  db: Executor,
  spec: JobSpec,
  held: JobKey & { slot: number; contributor: string },
): Promise<number | undefined> {
  if (!isLaterRound(spec)) return held.slot;
  const rounds = await listSlotMoves(db, held);
  return assignShards(spec.dataset.shardRows.length, rounds).get(held.contributor);
}

/** Whether a wallet would find its part of the data with another contributor if it took a slot of this job now. */
export async function isShardTaken(
  db: Executor,
  spec: JobSpec,
  { contributor, ...job }: JobKey & { contributor: string },
): Promise<boolean> {
  if (!isLaterRound(spec)) return false;
  const rounds = await listSlotMoves(db, job);
  const now = rounds.at(-1) ?? [];
  const accepted = now.some((move) => move.name === "JobAccepted" && move.contributor === contributor);
  const attempt: SlotMove[] = accepted ? [] : [{ name: "JobAccepted", contributor, slot: 0 }];
  const shards = assignShards(spec.dataset.shardRows.length, [...rounds.slice(0, -1), [...now, ...attempt]]);
  return shards.get(contributor) === undefined;
}

function isLaterRound(spec: JobSpec): boolean {
  return spec.kind === "llm-finetune" && spec.series !== undefined && spec.series.round > 1;
}
