import type { Executor } from "@trainchain/db";
import { findChainTime, type JobKey } from "@trainchain/db/market";
import { listSlotMoves } from "@trainchain/db/rounds";
import {
  type AssignedShard,
  assignShards,
  type JobSpec,
  type RoundMoves,
  seriesOf,
} from "@trainchain/protocol";

/**
 * The shard that a wallet with this slot works on: the slot's own number in a job of one round; in a later round the
 * one that the wallet had before, or a newcomer's.
 */
export async function shardOf(
  db: Executor,
  spec: JobSpec,
  held: JobKey & { slot: number; contributor: string },
): Promise<AssignedShard> {
  if (!isLaterRound(spec)) return held.slot;
  const [rounds, now] = await Promise.all([listSlotMoves(db, held), chainSeconds(db)]);
  return assignShards(spec.dataset.shardRows.length, rounds, now).get(held.contributor) ?? "waiting";
}

/** Whether a wallet would find its part of the data with another contributor if it took a slot of this job now. */
export async function isShardTaken(
  db: Executor,
  spec: JobSpec,
  { contributor, ...job }: JobKey & { contributor: string },
): Promise<boolean> {
  if (!isLaterRound(spec)) return false;
  const [rounds, now] = await Promise.all([listSlotMoves(db, job), chainSeconds(db)]);
  const tried = withAttempt(rounds, contributor, now);
  return assignShards(spec.dataset.shardRows.length, tried, now).get(contributor) === "taken";
}

/** The same rounds, as if the wallet had accepted the last one's job now; unless it did before. */
function withAttempt(rounds: readonly RoundMoves[], contributor: string, at: number): RoundMoves[] {
  const last = rounds.at(-1) ?? { moves: [], graceSeconds: 0 };
  const accepted = last.moves.some((move) => move.name === "JobAccepted" && move.contributor === contributor);
  const attempt = { name: "JobAccepted", contributor, at, slot: 0 } as const;
  return [...rounds.slice(0, -1), { ...last, moves: accepted ? last.moves : [...last.moves, attempt] }];
}

/** The newest block's time: whatever is mined later counts as later, so that nothing given here changes again. */
async function chainSeconds(db: Executor): Promise<number> {
  return Math.floor(((await findChainTime(db)) ?? new Date(0)).getTime() / 1000);
}

function isLaterRound(spec: JobSpec): boolean {
  return (seriesOf(spec)?.round ?? 1) > 1;
}
