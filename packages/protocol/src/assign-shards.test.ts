import { describe, expect, it } from "vitest";
import { assignShards, type SlotMove } from "./assign-shards.ts";

const graceSeconds = 100;
const accept = (contributor: string, slot: number, at = 0): SlotMove => ({
  name: "JobAccepted",
  contributor,
  slot,
  at,
});
const release = (contributor: string, at = 0): SlotMove => ({ name: "SlotReleased", contributor, at });
const first = [accept("ann", 0), accept("bob", 1), accept("cem", 2)];

const asRounds = (rounds: readonly SlotMove[][]) => rounds.map((moves) => ({ moves, graceSeconds }));
const shardsAt = (now: number, ...rounds: SlotMove[][]) =>
  Object.fromEntries(assignShards(3, asRounds(rounds), now));
const shardsOf = (...rounds: SlotMove[][]) => shardsAt(Number.POSITIVE_INFINITY, ...rounds);

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

  it("of one that does not come back go to the newcomer, though it took its slot before the others", () => {
    const second = [accept("dan", 0), accept("ann", 1), accept("cem", 2)];
    expect(shardsOf(first, second)).toEqual({ dan: 1, ann: 0, cem: 2 });
  });

  it("are not given to a newcomer while others may come back, until its grace has passed", () => {
    const second = [accept("dan", 0, 1_000), accept("cem", 1, 1_010)];
    expect(shardsAt(1_099, first, second)).toEqual({ dan: "waiting", cem: 2 });
    expect(shardsAt(1_100, first, second)).toEqual({ dan: 0, cem: 2 });
  });

  it("whose holder vanished are the first to be given away", () => {
    const vanished = [...first, release("bob")];
    expect(shardsAt(1_100, vanished, [accept("dan", 0, 1_000)])).toEqual({ dan: 1 });
  });

  it("given away after the grace are not given twice, and nobody gets a second shard for its own", () => {
    const second = [accept("dan", 0, 1_000), accept("ann", 1, 1_200), accept("bob", 2, 1_201)];
    expect(shardsOf(first, second)).toEqual({ dan: 0, ann: "taken", bob: 1 });
  });

  it("are remembered over more than one round", () => {
    const second = [accept("dan", 0), accept("bob", 1), accept("cem", 2)];
    expect(shardsOf(first, second, [accept("ann", 0), accept("eve", 1)])).toEqual({ ann: 0, eve: 1 });
    expect(shardsOf(first, second, [accept("dan", 0), accept("ann", 1)])).toEqual({ dan: 0, ann: "taken" });
  });

  it("of a slot released in this round can be had again by their former holder", () => {
    const second = [accept("dan", 0, 0), release("dan", 500), accept("ann", 0, 600)];
    expect(shardsOf(first, second)).toEqual({ dan: 0, ann: 0 });
  });

  it("never reach two live wallets, never change, and no wallet ever sees two, over random histories", () => {
    const wallets = ["ann", "bob", "cem", "dan", "eve", "fay"];
    let state = 7;
    const draw = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let history = 0; history < 100; history++) {
      const rounds: SlotMove[][] = [];
      const seen = new Map<string, Set<number>>();
      for (let round = 0; round < 4; round++) {
        const moves: SlotMove[] = [];
        const live = new Map<number, string>();
        const waiting = [...wallets];
        let at = 10_000 * round;
        for (let step = 0; step < 8; step++) {
          at += draw(80);
          const slot = [0, 1, 2].find((index) => !live.has(index));
          if (slot !== undefined && waiting.length > 0 && draw(3) > 0) {
            const [contributor = ""] = waiting.splice(draw(waiting.length), 1);
            live.set(slot, contributor);
            moves.push(accept(contributor, slot, at));
          } else if (live.size > 0) {
            const [index = 0, contributor = ""] = [...live][draw(live.size)] ?? [];
            live.delete(index);
            moves.push(release(contributor, at));
          }
          at += draw(80);
          const shards = assignShards(3, asRounds([...rounds, moves]), at);
          const given = [...live.values()].map((contributor) => shards.get(contributor));
          const numbers = given.filter((shard) => typeof shard === "number");
          expect(new Set(numbers).size).toBe(numbers.length);
          for (const [contributor, shard] of shards)
            if (typeof shard === "number")
              seen.set(contributor, (seen.get(contributor) ?? new Set()).add(shard));
        }
        rounds.push(moves);
      }
      for (const shards of seen.values()) expect(shards.size).toBe(1);
    }
  });
});
