/** A move on chain that gives or takes a slot; `at` in seconds since 1970. */
export type SlotMove =
  | { name: "JobAccepted"; contributor: string; at: number; slot: number }
  | { name: "SlotReleased" | "AdapterRejected"; contributor: string; at: number };

/** What happened to the slots of one round's job, in the chain's order. */
export interface RoundMoves {
  moves: readonly SlotMove[];
  /** How long a newcomer waits for those who worked on the data before it is given another's part: shardGraceSeconds. */
  graceSeconds: number;
}

/** A tenth of the time that a slot has to deliver. */
export function shardGraceSeconds(trainingPeriodSeconds: number): number {
  return Math.floor(trainingPeriodSeconds / 10);
}

/** A shard's number; `waiting` while others may come back to theirs, `taken` where its own went to another. */
export type AssignedShard = number | "waiting" | "taken";

/**
 * Which shard each wallet works on in the last of these rounds, as known at `now`. In the first round a slot's number
 * is its shard's. Later a wallet that ever held a shard of the series gets that shard again and no other: nobody sees
 * two parts of the data. A newcomer waits until all slots are taken or its grace has passed; then it gets a free shard:
 * one never held, else one whose last holder did not deliver, else one whose last holder is not back. A wallet that
 * comes back after that may find its shard taken.
 *
 * Everything follows from the chain's order and clock, so that whoever reads them finds the same, and what was once
 * given does not change.
 * @param rounds the first round's first
 * @returns every wallet that accepted the last round's job
 */
export function assignShards(
  shards: number,
  rounds: readonly RoundMoves[],
  now = Number.POSITIVE_INFINITY,
): Map<string, AssignedShard> {
  const holders: Holder[] = [];
  let assigned = new Map<string, AssignedShard>();
  for (const [index, round] of rounds.entries()) {
    const end = index === rounds.length - 1 ? now : Number.POSITIVE_INFINITY;
    const played = playRound(shards, round, { isFirst: index === 0, holders: [...holders], now: end });
    assigned = played.assigned;
    for (const [contributor, shard] of assigned)
      if (typeof shard === "number")
        holders.push({ contributor, shard, delivered: !played.lost.has(contributor) });
  }
  return assigned;
}

/** Who held which shard in a round, oldest first. */
interface Holder {
  contributor: string;
  shard: number;
  delivered: boolean;
}

function playRound(
  shards: number,
  { moves, graceSeconds }: RoundMoves,
  before: { isFirst: boolean; holders: readonly Holder[]; now: number },
) {
  const assigned = new Map<string, AssignedShard>();
  const waitingUntil = new Map<string, number>();
  const live = new Set<number>();
  const lost = new Set<string>();

  const give = (contributor: string, shard: number) => {
    assigned.set(contributor, live.has(shard) ? "taken" : shard);
    live.add(shard);
  };
  const giveToNewcomers = (moment: number) => {
    const isFull = assigned.size - lost.size >= shards;
    for (const [contributor, until] of waitingUntil) {
      if (!isFull && moment < until) continue;
      waitingUntil.delete(contributor);
      give(contributor, freeShard(shards, live, assigned, before.holders));
    }
  };

  for (const move of moves) {
    const { contributor, at } = move;
    giveToNewcomers(at);
    if (move.name === "JobAccepted") {
      const own = before.holders.find((holder) => holder.contributor === contributor)?.shard;
      const known = before.isFirst ? move.slot : own;
      if (known !== undefined) give(contributor, known);
      else {
        assigned.set(contributor, "waiting");
        waitingUntil.set(contributor, at + graceSeconds);
      }
      giveToNewcomers(at);
    } else {
      const shard = assigned.get(contributor);
      if (typeof shard === "number") live.delete(shard);
      waitingUntil.delete(contributor);
      lost.add(contributor);
    }
  }
  giveToNewcomers(before.now);
  return { assigned, lost };
}

/** The shard to give away first. There is one: each live slot holds one at most, and the asking one none. */
function freeShard(
  shards: number,
  live: ReadonlySet<number>,
  assigned: ReadonlyMap<string, AssignedShard>,
  holders: readonly Holder[],
): number {
  const reluctance = (shard: number) => {
    const last = holders.findLast((holder) => holder.shard === shard);
    if (!last || assigned.has(last.contributor)) return 0;
    return last.delivered ? 2 : 1;
  };
  const free = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !live.has(shard));
  return free.toSorted((a, b) => reluctance(a) - reluctance(b) || a - b)[0] ?? 0;
}
