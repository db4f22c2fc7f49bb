import { drawnSegments, gasOf } from "@trainchain/protocol";
import type { MeasuredCheat } from "./measure-seed.ts";
import { mostSlots } from "./open-market.ts";

/** How many contributors the jobs of the table have. */
export const sizes = [1, 2, 3, mostSlots] as const;

/** The chance that none of the drawn stages is one of those that end elsewhere: exact, for each set is as likely. */
export function chanceToPass({
  stages,
  drawn,
  untrue,
}: {
  stages: number;
  drawn: number;
  untrue: number;
}): number {
  let chance = 1;
  for (let i = 0; i < drawn; i++) chance *= Math.max(0, stages - untrue - i) / (stages - i);
  return chance;
}

/** What trying costs whoever accepts a slot, in shares of 1 POL at 30 gwei. A refusal costs no bond: it comes back. */
const triedCost = (Number(gasOf.accept) * 30) / 1e9;
/** More tries change nothing: by then every stage is done again. */
const mostTries = 6;

/**
 * The chance that a cheat among so many contributors is paid, over all seeds: in the company in which that is greatest.
 * @param withReplay whether check 7 is made
 */
export function chanceToBePaid(
  seeds: readonly MeasuredCheat[],
  contributors: number,
  withReplay: boolean,
): number {
  return mostIn(seeds, contributors, ({ check, replay }) => {
    // A job without check 7 asks for no commitment either.
    if (check && (withReplay || check !== "replay")) return 0;
    return withReplay && replay ? chanceToPass(replay) : 1;
  });
}

/**
 * What a cheat gains at most with check 7, in shares, where honest work costs as much as it is paid: made once, and
 * handed in by one wallet after another, as often as pays best. What follows a refusal by check 7 is drawn from more.
 */
export function profitOf(seeds: readonly MeasuredCheat[], contributors: number): number {
  const profits = Array.from({ length: mostTries }, (_, more) =>
    mostIn(seeds, contributors, ({ check, replay }) => gainOf({ check, replay }, more + 1)),
  );
  return Math.max(...profits) - mean(seeds.map(({ work }) => work));
}

interface Judged {
  /** The one that refuses it whatever is drawn. */
  check: string | undefined;
  replay: MeasuredCheat["alone"]["replay"];
}

/** What so many tries bring in, less what they cost. */
function gainOf({ check, replay }: Judged, tries: number): number {
  let [refused, gain] = [1, 0];
  for (let before = 0; before < tries; before++) {
    const stages = replay?.stages ?? 1;
    const drawn =
      before === 0
        ? (replay?.drawn ?? 0)
        : drawnSegments(stages, 0n, { refusedBefore: before, inTime: stages });
    const chance = check ? 0 : replay ? chanceToPass({ ...replay, drawn }) : 1;
    gain += refused * (chance - triedCost);
    refused *= 1 - chance;
  }
  return gain;
}

/** The mean over all seeds of what is told of each cheat in the company, of so many, in which that is greatest. */
function mostIn(
  seeds: readonly MeasuredCheat[],
  contributors: number,
  tell: (judged: Judged) => number,
): number {
  const hows = new Set(
    seeds
      .flatMap(({ companies }) => companies.filter((one) => one.contributors === contributors))
      .map(({ how }) => how),
  );
  const told = [...hows].map((how) =>
    mean(
      seeds.flatMap(({ alone: { replay }, companies }) =>
        companies
          .filter((one) => one.contributors === contributors && one.how === how)
          .flatMap(({ failed }) => failed)
          .map((check) => tell({ check, replay })),
      ),
    ),
  );
  return Math.max(...told);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
