import { describe, expect, it } from "vitest";
import { assignShards, type SlotMove } from "./assign-shards.ts";

const accept = (contributor: string, slot: number): SlotMove => ({ name: "JobAccepted", contributor, slot });
const release = (contributor: string): SlotMove => ({ name: "SlotReleased", contributor });
const first = [accept("ann", 0), accept("bob", 1), accept("cem", 2)];

const shardsOf = (...rounds: SlotMove[][]) => Object.fromEntries(assignShards(3, rounds));

describe("a round's shards", () => {
  it("are the slots' in the first round, also where a slot is filled again", () => {
    expect(shardsOf([...first, release("bob"), accept("dan", 1)])).toEqual({
      ann: 0,
      bob: 1,
      cem: 2,
      dan: 1,
    });
  });

  it("go to who held them before, whatever slot they take now", () => {
    expect(shardsOf(first, [accept("cem", 0), accept("ann", 1), accept("bob", 2)])).toEqual({
      cem: 2,
      ann: 0,
      bob: 1,
    });
  });

  it("of one that vanished go to the newcomer, even where the others are not back yet", () => {
    const vanished = [...first, release("bob")];
    expect(shardsOf(vanished, [accept("dan", 0), accept("ann", 1), accept("cem", 2)])).toEqual({
      dan: 1,
      ann: 0,
      cem: 2,
    });
  });

  it("of one that delivered and does not return go to the newcomer", () => {
    expect(shardsOf(first, [accept("ann", 0), accept("cem", 1), accept("dan", 2)])).toMatchObject({ dan: 1 });
  });

  it("given away are not given twice, and nobody gets a second shard for its own", () => {
    const late = shardsOf(first, [accept("dan", 0), accept("ann", 1), accept("bob", 2)]);
    expect(late).toEqual({ dan: 0, ann: undefined, bob: 1 });
  });

  it("are remembered over more than one round", () => {
    const second = [accept("dan", 0), accept("bob", 1), accept("cem", 2)];
    expect(shardsOf(first, second, [accept("ann", 0), accept("eve", 1)])).toEqual({ ann: 0, eve: 1 });
    expect(shardsOf(first, second, [accept("dan", 0), accept("ann", 1)])).toEqual({ dan: 0, ann: undefined });
  });

  it("of a slot released in this round can be had again by their former holder", () => {
    const second = [accept("dan", 0), release("dan"), accept("ann", 0)];
    expect(shardsOf(first, second)).toEqual({ dan: 0, ann: 0 });
  });

  it("never reach two live wallets, and no wallet ever sees two, over random histories", () => {
    const wallets = ["ann", "bob", "cem", "dan", "eve", "fay"];
    let state = 7;
    const draw = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let history = 0; history < 300; history++) {
      const rounds: SlotMove[][] = [];
      const seen = new Map<string, Set<number>>();
      for (let round = 0; round < 4; round++) {
        const moves: SlotMove[] = [];
        const live = new Map<number, string>();
        const waiting = [...wallets];
        for (let step = 0; step < 8; step++) {
          const slot = [0, 1, 2].find((index) => !live.has(index));
          if (slot !== undefined && waiting.length > 0 && draw(3) > 0) {
            const [contributor = ""] = waiting.splice(draw(waiting.length), 1);
            live.set(slot, contributor);
            moves.push(accept(contributor, slot));
          } else if (live.size > 0) {
            const [index = 0, contributor = ""] = [...live][draw(live.size)] ?? [];
            live.delete(index);
            moves.push(release(contributor));
          }
          const shards = assignShards(3, [...rounds, moves]);
          const given = [...live.values()].flatMap((contributor) => shards.get(contributor) ?? []);
          expect(new Set(given).size).toBe(given.length);
          for (const [contributor, shard] of shards)
            if (shard !== undefined) seen.set(contributor, (seen.get(contributor) ?? new Set()).add(shard));
        }
        rounds.push(moves);
      }
      for (const shards of seen.values()) expect(shards.size).toBe(1);
    }
  });
});
