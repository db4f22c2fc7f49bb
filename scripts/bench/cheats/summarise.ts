import { falseAccusation } from "../../../apps/cli/src/kinds/adapters/trace-model.ts";
import { chanceToBePaid, mean, profitOf, sizes } from "./chances.ts";
import type { MeasuredCheat, MeasuredSeed } from "./measure-seed.ts";
import { source } from "./train-cheats.ts";

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
      "cheats whose expected profit is not below 0": works.filter(
        ([, seeds]) => Math.max(...sizes.map((size) => profitOf(seeds, size))) >= 0,
      ).length,
      "verdicts on honest work": honest.reduce((sum, { judged }) => sum + judged, 0),
      "of those, refused": honest.reduce((sum, { refused }) => sum + refused.length, 0),
      ...tracedRatios(measured),
      "stages trained again / all stages": mean(costs.map(({ drawnShare }) => drawnShare)),
      "processor time of replaying / of training": mean(
        costs.flatMap(({ replayed }, i) => replayed.map((one) => one / trained[i]!)),
      ),
      "processor time of training with states / without": mean(
        costs.map(({ trained: all, plain }) => all.at(-2)! / plain),
      ),
      "MB of states": mean(costs.map(({ stateBytes }) => stateBytes / 1e6)),
    },
  };
}

/** Which adapters' shards are named by the losses of their rows. */
function tracedRatios(measured: readonly MeasuredSeed[]): Record<string, number> {
  const isNamed = (one: { p: number } | undefined) => one !== undefined && one.p <= falseAccusation;
  const share = (values: readonly boolean[]) => values.filter(Boolean).length / values.length;
  const honest = measured.flatMap(({ traced = [] }) => traced.map((shards, slot) => ({ shards, slot })));
  const cheats = measured.flatMap((one) => one.cheats.filter(({ traced }) => traced !== undefined));
  const copies = cheats.filter(({ name }) => name.startsWith("copy with") || name === "copy");
  const strangers = cheats.filter(({ name }) => name === "rows of its own choice" || name === "zero");
  return {
    "honest adapters whose shard is named": share(honest.map(({ shards, slot }) => isNamed(shards[slot]))),
    "shards named that an honest adapter did not learn": honest.flatMap(({ shards, slot }) =>
      shards.filter((one, shard) => shard !== slot && isNamed(one)),
    ).length,
    "copies that are traced to their source's shard": share(
      copies.map((one) => isNamed(one.traced?.[source])),
    ),
    "share of the rows used, told by the area; mean error": mean(
      measured.flatMap((one) => sharesOfRows(one).map(({ told, used }) => Math.abs(told - used))),
    ),
    "shards named by an adapter that learned none": strangers.flatMap((one) => one.traced!.filter(isNamed))
      .length,
  };
}

/** What share of its slot's rows each adapter learned, as its area tells beside that of other slots' honest work. */
function sharesOfRows({ traced = [], cheats }: MeasuredSeed): { used: number; told: number }[] {
  const areas = traced.map((shards, slot) => shards[slot]?.area ?? 0.5);
  const toldOf = (area: number, slot: number) =>
    (area - 0.5) / (mean(areas.filter((_, other) => other !== slot)) - 0.5);
  const ofCheats = cheats.flatMap(({ name, traced: shards }) => {
    const used = usedRows[name];
    return used === undefined || !shards ? [] : [{ used, told: toldOf(shards[0]!.area, 0) }];
  });
  return [...areas.map((area, slot) => ({ used: 1, told: toldOf(area, slot) })), ...ofCheats];
}

/** The share of its slot's rows that a cheat learned, where it learned them as honest work does. */
const usedRows: Record<string, number> = {
  "half of the rows": 0.5,
  "a third of the rows": 1 / 3,
  "rows of its own choice": 0,
};

function rowOf(name: string, seeds: readonly MeasuredCheat[]) {
  const work = mean(seeds.map((one) => one.work));
  const chances = (withReplay: boolean) => sizes.map((size) => chanceToBePaid(seeds, size, withReplay));
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
    /** In shares, where honest work costs as much as it is paid; tried as often as pays best, in the best company. */
    profit: round(Math.max(...sizes.map((size) => profitOf(seeds, size)))),
  };
}

/** The checks that refuse it, alone or in some company. */
function checksOf({ alone: { replay }, companies }: MeasuredCheat): string[] {
  const failed = companies.flatMap((one) => one.failed).flatMap((check) => (check ? [check] : []));
  return [...failed, ...(replay && replay.untrue > 0 ? ["replay"] : [])];
}

const round = (value: number) => Math.round(1_000 * value) / 1_000;
