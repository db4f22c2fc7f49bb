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

/**
 * The chance that a cheat among so many contributors is paid, over all seeds: in the company in which that is greatest.
 * @param withReplay whether check 7 is made
 */
export function chanceToBePaid(
  seeds: readonly MeasuredCheat[],
  contributors: number,
  withReplay: boolean,
): number {
  const hows = new Set(
    seeds
      .flatMap(({ companies }) => companies.filter((one) => one.contributors === contributors))
      .map(({ how }) => how),
  );
  const paid = [...hows].map((how) =>
    mean(
      seeds.flatMap(({ alone: { replay }, companies }) =>
        companies
          .filter((one) => one.contributors === contributors && one.how === how)
          .flatMap(({ failed }) => failed)
          .map((check) => {
            // A job without check 7 asks for no commitment either.
            if (check && (withReplay || check !== "replay")) return 0;
            return withReplay && replay ? chanceToPass(replay) : 1;
          }),
      ),
    ),
  );
  return Math.max(...paid);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
