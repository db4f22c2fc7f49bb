/** A move on chain that gives or takes a slot, oldest first. */
export type SlotMove =
  | { name: "JobAccepted"; contributor: string; slot: number }
  | { name: "SlotReleased" | "AdapterRejected"; contributor: string };

/**
 * Which shard each wallet works on in the last of these rounds. In the first round a slot's number is its shard's.
 * Later a wallet that ever held a shard of the series gets that shard again and no other: nobody sees two parts of the
 * data. A newcomer gets a free shard that has no holder to wait for: one never held, then one whose last holder did
 * not deliver, then one whose last holder is not back yet. A wallet whose shard was given away meanwhile gets none.
 *
 * Everything follows from the chain's own order of events, so that whoever reads them finds the same.
 * @param rounds the moves of each round's job, the first round's first
 * @returns every wallet that accepted the last round's job, with its shard or undefined
 */
export function assignShards(
  shards: number,
  rounds: readonly (readonly SlotMove[])[],
): Map<string, number | undefined> {
  const held = new Map<string, number>();
  let lastHolders: Holder[] = [];
  let assigned = new Map<string, number | undefined>();
  for (const [index, moves] of rounds.entries()) {
    const round = replay(shards, moves, { isFirst: index === 0, held, lastHolders });
    assigned = round.assigned;
    for (const [contributor, shard] of assigned) if (shard !== undefined) held.set(contributor, shard);
    lastHolders = [...lastHolders, ...round.holders];
  }
  return assigned;
}

interface Holder {
  contributor: string;
  shard: number;
  delivered: boolean;
}

interface Before {
  isFirst: boolean;
  /** The one shard that each wallet of the earlier rounds has seen. */
  held: ReadonlyMap<string, number>;
  /** Who held which shard in the earlier rounds, oldest first. */
  lastHolders: readonly Holder[];
}

function replay(shards: number, moves: readonly SlotMove[], before: Before) {
  const assigned = new Map<string, number | undefined>();
  const live = new Set<number>();
  const lost = new Set<string>();
  for (const move of moves) {
    const { contributor } = move;
    if (move.name === "JobAccepted") {
      const own = before.held.get(contributor);
      const wanted = before.isFirst ? move.slot : (own ?? freeShard(shards, live, assigned, before));
      const shard = wanted !== undefined && !live.has(wanted) ? wanted : undefined;
      assigned.set(contributor, shard);
      if (shard !== undefined) live.add(shard);
    } else {
      const shard = assigned.get(contributor);
      if (shard !== undefined) live.delete(shard);
      lost.add(contributor);
    }
  }
  const holders = [...assigned].flatMap(([contributor, shard]) =>
    shard === undefined ? [] : { contributor, shard, delivered: !lost.has(contributor) },
  );
  return { assigned, holders };
}

function freeShard(
  shards: number,
  live: ReadonlySet<number>,
  assigned: ReadonlyMap<string, number | undefined>,
  { lastHolders }: Before,
): number | undefined {
  const reluctance = (shard: number) => {
    const last = lastHolders.findLast((holder) => holder.shard === shard);
    if (!last || assigned.has(last.contributor)) return 0;
    return last.delivered ? 2 : 1;
  };
  const free = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !live.has(shard));
  return free.toSorted((a, b) => reluctance(a) - reluctance(b) || a - b)[0];
}
