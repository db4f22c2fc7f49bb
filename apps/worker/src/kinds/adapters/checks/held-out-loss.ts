import { type CheckResult, defaultThresholds, TrainChainError } from "@trainchain/protocol";
import { type Measured, rowLossesOf } from "../measure-adapters.ts";
import { signedRankP } from "./signed-rank.ts";

/** The mean loss of each row, in nats a token; the rows are the same for all that are compared. */
interface RowLosses {
  rowLosses: readonly number[];
}

/** One adapter and what it is measured against, on the same rows. */
export interface Compared {
  base: RowLosses;
  /** The base model itself, but for a later round. */
  start: RowLosses;
  adapter: RowLosses;
}

const check = "held-out-loss";

export const notMeasured: CheckResult = {
  ...{ check, verdict: "skipped", figure: null, threshold: null },
  message: "The held-out loss was not measured.",
};

/** Check 6 of an adapter that has no loss, for this reason: it is refused. */
export function unmeasurable(reason: string): CheckResult {
  return { ...notMeasured, verdict: "failed", message: `The held-out loss cannot be measured: ${reason}.` };
}

/**
 * An adapter's losses beside what it is measured against; why it has none where it has none.
 *
 * @param start the folder of a later round's start
 * @throws TrainChainError `internal` where the base model or the start has no loss. That is no adapter's doing, so that
 * none may be refused for it, nor accepted unmeasured.
 */
export function comparedOn(
  losses: ReadonlyMap<string, Measured>,
  folder: string,
  start?: string,
): Compared | { unmeasured: string } {
  const known = (name: string, what: string) => {
    const found = rowLossesOf(losses, name);
    if (found) return found;
    const figure = losses.get(name);
    const reason = figure && "unmeasured" in figure ? figure.unmeasured : "it was not measured";
    throw new TrainChainError("internal", `${what} has no loss to compare with: ${reason}`);
  };
  const base = known("base", "the base model");
  const from = start === undefined ? base : known(start, "the round's start");
  const figure = losses.get(folder);
  if (figure && "unmeasured" in figure) return figure;
  return { base, start: from, adapter: known(folder, "the adapter") };
}

/**
 * Acceptance check 6, of each adapter by itself: row by row, it is better than the base model, and in a later round
 * better than half-way between the base model and the round's start. A later round may end a little above its start,
 * which is a mean of several and so calmer than any of them; who undoes half of it did not train.
 */
export function checkHeldOut(held: Compared): CheckResult {
  const threshold = defaultThresholds.heldOutP;
  const gains = gainsOf(held);
  const figure = signedRankP(gains);
  const than =
    held.start === held.base ? "the base model" : "half-way from the base model to the round's start";
  const counted = `On ${inWords(gains)} held-out rows it is better than ${than}, by ${mean(gains).toFixed(3)} nats a token in the mean (p ${show(figure)})`;
  if (figure <= threshold) return { check, verdict: "passed", figure, threshold, message: `${counted}.` };
  const message = `${counted}: that may be chance. A p of at most ${threshold} is asked.`;
  return { check, verdict: "failed", figure, threshold, message };
}

/**
 * Check 6 of an adapter that held-out rows do not accept: after few steps they do not tell it from chance, and where the
 * job's terms make honest training learn its rows by heart they get worse. What it was trained on shows whether it
 * was trained. Those rows are asked with a far smaller p, because everybody knows them who cheats.
 */
export function hearOwnRows(told: CheckResult, held: Compared, own: Compared): CheckResult {
  const gains = gainsOf(own);
  const p = signedRankP(gains);
  const heard = `on ${inWords(gains)} of its own rows it is better (p ${show(p)}; at most ${defaultThresholds.ownRowsP} is asked)`;
  const passed = p <= defaultThresholds.ownRowsP;
  const isWorse = signedRankP(gainsOf(held).map((gain) => -gain)) <= defaultThresholds.heldOutP;
  const overfit = passed && isWorse ? ` ${overfitting}` : "";
  return {
    ...told,
    verdict: passed ? "passed" : "failed",
    message: `${told.message} Heard further, ${heard}.${overfit}`,
  };
}

/** What a job's terms do where honest work makes other rows worse. */
const overfitting =
  "It was trained as asked, and makes other rows worse: the job's rate and epochs overfit its rows.";

function gainsOf({ base, start, adapter }: Compared): number[] {
  const reference = (row: number) =>
    ((base.rowLosses[row] ?? Number.NaN) + (start.rowLosses[row] ?? Number.NaN)) / 2;
  return adapter.rowLosses.map((loss, row) => reference(row) - loss);
}

function inWords(gains: readonly number[]): string {
  return `${gains.filter((gain) => gain > 0).length} of ${gains.length}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function show(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}
