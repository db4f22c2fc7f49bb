import type { LlmJobForWork } from "@trainchain/db/work";
import { type EvaluationEvent, heldOutBudget, TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { pathOfModel } from "../path-of-model.ts";
import { endingOf, tryFile } from "../verifying/try-file.ts";

export interface Loss {
  loss: number;
  bitsPerByte: number;
}

/** Losses as a whole and row by row, and how many tokens the rows come to, prompts included. */
export interface RowLosses extends Loss {
  rowLosses: readonly number[];
  tokens: number;
}

/** What evaluate.py says of a folder: its losses, or why it has none. */
export type Measured = RowLosses | { unmeasured: string };

export const isUnmeasured = (figure: Measured | undefined) => figure !== undefined && "unmeasured" in figure;

/** The losses of a folder; undefined where it has none or was not measured. */
export function rowLossesOf(
  all: ReadonlyMap<string, Measured> | undefined,
  folder: string,
): RowLosses | undefined {
  const figure = all?.get(folder);
  return figure && "loss" in figure ? figure : undefined;
}

/** The same as a whole, as a receipt tells it: no row's own loss. */
export function lossOf(all: ReadonlyMap<string, Measured> | undefined, folder: string): Loss | undefined {
  const figure = rowLossesOf(all, folder);
  return figure && { loss: figure.loss, bitsPerByte: figure.bitsPerByte };
}

/** An adapter's folder, and whose it is; of what this platform made itself, what it is. */
export interface Measurable {
  folder: string;
  contributor: string;
  adapterCid: string;
}

export interface Measuring {
  /** A file of rows, in the clear. */
  rows: string;
  mostRows?: number;
  adapters: readonly Measurable[];
  /** The folder of the round's start: an adapter that is known to be good. */
  start: string;
  /** Whether the base model is measured as well. */
  base?: boolean;
}

type Evaluator = NonNullable<WorkerDeps["evaluator"]>;

/**
 * Losses of the base model ("base") and of adapters by folder, on the first rows that come to the budget. All are measured in one process while that goes well.
 * Where it dies, the adapter it died of is tried by itself until it has a figure or is convicted, and the others go
 * on without it: none can keep another from being measured. The Python process sees folders and no key.
 */
export async function measureAdapters(
  deps: WorkerDeps,
  evaluator: Evaluator,
  found: LlmJobForWork,
  { adapters, start, ...data }: Measuring,
): Promise<Map<string, Measured>> {
  const all = new Map<string, Measured>();
  const run = (folders: readonly string[]) => evaluate(deps, evaluator, found, { ...data, folders });
  let left = [...adapters];
  do {
    const { measured, error } = await run(left.map(({ folder }) => folder));
    for (const [name, figure] of measured) all.set(name, figure);
    left = left.filter(({ folder }) => !all.has(folder));
    if (error === undefined) break;
    const [suspect] = left;
    if (!suspect || !endingOf(error)) throw error;
    all.set(suspect.folder, await measureSuspect(deps, found, suspect, { run, start, error }));
    left = left.slice(1);
  } while (left.length > 0);
  return all;
}

/** Measures the adapter of which a run has just died, in processes of its own. */
async function measureSuspect(
  deps: WorkerDeps,
  { job }: LlmJobForWork,
  { folder, contributor, adapterCid }: Measurable,
  {
    run,
    start,
    error,
  }: {
    run: (folders: readonly string[]) => ReturnType<typeof evaluate>;
    start: string;
    error: unknown;
  },
): Promise<Measured> {
  const figureOf = async (name: string) => {
    const { measured, error } = await run([name]);
    if (error !== undefined) throw error;
    return measured.get(name) as Measured;
  };
  // The run that has just died is the first attempt.
  let first: { error: unknown } | undefined = { error };
  const attempt = async () => {
    if (!first) return figureOf(folder);
    const { error } = first;
    first = undefined;
    throw error;
  };
  const control = async () => {
    if ("unmeasured" in (await figureOf(start))) throw new Error("the start cannot be measured");
  };
  const file = { escrow: job.escrow, jobId: job.jobId, contributor, adapterCid };
  const tried = await tryFile(deps, file, { script: "evaluate.py", attempt, control });
  return "result" in tried
    ? tried.result
    : { unmeasured: `measuring it ended the program: ${tried.convicted}` };
}

/** One run of evaluate.py: what it said, and how it ended where that was not well. */
async function evaluate(
  deps: WorkerDeps,
  evaluator: Evaluator,
  { prepared: { spec } }: LlmJobForWork,
  {
    rows,
    mostRows,
    base = true,
    folders,
  }: Omit<Measuring, "adapters" | "start"> & { folders: readonly string[] },
): Promise<{ measured: Map<string, Measured>; error?: unknown }> {
  const model = ["--model", pathOfModel(deps, spec.model.id), "--model-revision", spec.model.revision];
  const data = ["--holdout", rows, "--max-length", String(spec.training.maxLength)];
  const limit = mostRows === undefined ? [] : ["--max-rows", String(mostRows)];
  const { mostTokens, leastRows } = heldOutBudget;
  const budget = ["--max-tokens", String(mostTokens), "--least-rows", String(leastRows)];
  const whether = base ? [] : ["--without-base"];
  const measured = new Map<string, Measured>();
  try {
    await evaluator.run({
      script: "evaluate.py",
      args: [...model, ...data, ...budget, ...limit, ...whether, "--adapters", ...folders],
      onEvent(event) {
        if (event.event === "evaluated") measured.set(event.name, rowLossesIn(event));
        if (event.event === "unmeasured") measured.set(event.name, { unmeasured: event.message });
      },
    });
  } catch (error) {
    return { measured, error };
  }
  const missing = [...(base ? ["base"] : []), ...folders].find((name) => !measured.has(name));
  if (missing === undefined) return { measured };
  return { measured, error: new TrainChainError("internal", `the evaluator gave no loss for ${missing}`) };
}

function rowLossesIn({
  loss,
  bitsPerByte,
  rowLosses,
  tokensRead,
}: Extract<EvaluationEvent, { event: "evaluated" }>): RowLosses {
  return { loss, bitsPerByte, rowLosses, tokens: tokensRead };
}
