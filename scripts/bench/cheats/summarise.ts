import { chanceToBePaid, mean, sizes } from "./chances.ts";
import type { MeasuredCheat, MeasuredSeed } from "./measure-seed.ts";

/** A cheat counts as caught from this share on. */
const caughtFrom = 0.95;

/** One row a cheat over all seeds, and what check 7 costs whom. */
export function summarise(measured: readonly MeasuredSeed[]) {
  const works = [
    ...Map.groupBy(
      measured.flatMap(({ cheats }) => cheats),
      ({ name }) => name,
    ),
  ];
  const paid = (withReplay: boolean) =>
    Object.fromEntries(
      sizes.map((size) => [
        `cheats of ${works.length} that are paid, ${size} ${size === 1 ? "contributor" : "contributors"}, ${withReplay ? "with" : "without"} replay`,
        works.filter(([, seeds]) => 1 - chanceToBePaid(seeds, size, withReplay) < caughtFrom).length,
      ]),
    );
  const honest = measured.map((one) => one.honest);
  const costs = measured.map((one) => one.costs);
  const trained = costs.map((one) => mean(one.trained));
  return {
    rows: works.map(([name, seeds]) => rowOf(name, seeds)),
    ratios: {
      ...paid(false),
      ...paid(true),
      "verdicts on honest work": honest.reduce((sum, { judged }) => sum + judged, 0),
      "of those, refused": honest.reduce((sum, { refused }) => sum + refused.length, 0),
      "stages trained again / all stages": mean(costs.map(({ drawnShare }) => drawnShare)),
      "seconds of replaying / of training (with the start of a process)": mean(
        costs.flatMap(({ replayed }, i) => replayed.map((one) => one / trained[i]!)),
      ),
      "processor time of training with states / without": mean(
        costs.map(({ trained: all, plain }) => all.at(-2)! / plain),
      ),
      "MB of states": mean(costs.map(({ stateBytes }) => stateBytes / 1e6)),
    },
  };
}

function rowOf(name: string, seeds: readonly MeasuredCheat[]) {
  const work = mean(seeds.map((one) => one.work));
  const chances = (withReplay: boolean) => sizes.map((size) => chanceToBePaid(seeds, size, withReplay));
  const most = Math.max(...chances(true));
  return {
    cheat: name,
    seeds: seeds.length,
    work: round(work),
    /** Share caught among 1, 2, 3 and 5, where it is caught least. */
    withoutReplay: chances(false)
      .map((chance) => round(1 - chance))
      .join(" "),
    withReplay: chances(true)
      .map((chance) => round(1 - chance))
      .join(" "),
    by: [...new Set(seeds.flatMap(checksOf))].join(", "),
    /** In shares, where honest work costs as much as it is paid: what a cheat gains most by. */
    profit: round(most - work),
    /** Lost with each refusal, from which on trying until it is paid, for work that is done once, does not pay; in shares. */
    bond: most === 1 ? Number.POSITIVE_INFINITY : round((Math.max(0, 1 - work) * most) / (1 - most)),
  };
}

/** The checks that refuse it, alone or in some company. */
function checksOf({ alone: { replay }, companies }: MeasuredCheat): string[] {
  const failed = companies.flatMap((one) => one.failed).flatMap((check) => (check ? [check] : []));
  return [...failed, ...(replay && replay.untrue > 0 ? ["replay"] : [])];
}

const round = (value: number) => Math.round(1_000 * value) / 1_000;
