import { type AdapterJobForWork, listFailedRuns } from "@trainchain/db/work";
import { type EvaluationEvent, heldOutBudget, kindOf, TrainChainError } from "@trainchain/protocol";
import { isDeath, tryFile } from "../../deliveries/try-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import { pathOfModel } from "../../path-of-model.ts";

export interface Loss {
  loss: number;
  bitsPerByte: number;
}

/** Losses as a whole and row by row, and how many tokens the rows come to, prompts included. */
export interface RowLosses extends Loss {
  rowLosses: readonly number[];
  /** Of pairs: where each one's own positive lies among all, from 1. */
  ranks?: readonly number[] | undefined;
  tokens: number;
}

/** What evaluate.py says of a folder: its losses, or why it has none. */
export type Measured = RowLosses | { unmeasured: string };

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
interface Measurable {
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
 * Losses of the base model ("base") and of adapters by folder, on the first rows that come to the budget. All are
 * measured in one process while that goes well. Where it dies, the first that has no figure is measured by itself, and
 * so is from then on whatever died by itself before: none can keep another from being measured, and none is blamed for
 * a process that held others as well. The Python process sees folders and no key.
 */
export async function measureAdapters(
  deps: WorkerDeps,
  evaluator: Evaluator,
  found: AdapterJobForWork,
  { adapters, start, base = true, ...data }: Measuring,
): Promise<Map<string, Measured>> {
  const all = new Map<string, Measured>();
  const alone = async (adapter: Measurable) =>
    all.set(adapter.folder, await measureAlone(deps, evaluator, found, { ...data, start }, adapter));
  for (const adapter of adapters)
    if ((await listFailedRuns(deps.db, fileOf(found, adapter), script)).length > 0) await alone(adapter);
  while (true) {
    const left = adapters.filter(({ folder }) => !all.has(folder));
    const asked = { ...data, base: base && !all.has("base"), folders: left.map(({ folder }) => folder) };
    if (!asked.base && left.length === 0) return all;
    const { measured, error } = await evaluate(deps, evaluator, found, asked);
    for (const [name, figure] of measured) all.set(name, figure);
    if (error === undefined) return all;
    const suspect = left.find(({ folder }) => !all.has(folder));
    if (!suspect || !isDeath(error) || (base && !all.has("base"))) throw error;
    await alone(suspect);
  }
}

/** Measures one adapter after the base model, in a process that has nothing else to do. */
async function measureAlone(
  deps: WorkerDeps,
  evaluator: Evaluator,
  found: AdapterJobForWork,
  { start, ...data }: Omit<Measuring, "adapters" | "base">,
  adapter: Measurable,
): Promise<Measured> {
  const figureOf = async (folder: string) => {
    const asked = { ...data, base: true, folders: [folder], alone: true };
    const { measured, error } = await evaluate(deps, evaluator, found, asked);
    const figure = measured.get(folder);
    if (figure) return figure;
    if (measured.has("base")) throw error;
    throw new TrainChainError("environment-broken", `${script} ended before it came to any adapter`, {
      fix: "See the evaluator's log: the base model could not be measured.",
      cause: error,
    });
  };
  const tried = await tryFile(deps, fileOf(found, adapter), {
    script,
    attempt: () => figureOf(adapter.folder),
    async control() {
      if ("unmeasured" in (await figureOf(start))) throw new Error("the start cannot be measured");
    },
  });
  return "result" in tried
    ? tried.result
    : { unmeasured: `measuring it ended the program: ${tried.convicted}` };
}

const script = "evaluate.py";

function fileOf({ job: { escrow, jobId } }: AdapterJobForWork, { contributor, adapterCid }: Measurable) {
  return { escrow, jobId, contributor, adapterCid };
}

/** One run of evaluate.py: what it said, and how it ended where that was not well. */
async function evaluate(
  deps: WorkerDeps,
  evaluator: Evaluator,
  { prepared: { spec } }: AdapterJobForWork,
  {
    rows,
    mostRows,
    base,
    folders,
    alone,
  }: Omit<Measuring, "adapters" | "start"> & { folders: readonly string[]; alone?: boolean },
): Promise<{ measured: Map<string, Measured>; error?: unknown }> {
  const model = ["--model", pathOfModel(deps, spec.model.id), "--model-revision", spec.model.revision];
  const data = ["--holdout", rows, "--max-length", String(spec.training.maxLength)];
  const limit = mostRows === undefined ? [] : ["--max-rows", String(mostRows)];
  const { mostTokens, leastRows } = heldOutBudget;
  const budget = ["--max-tokens", String(mostTokens), "--least-rows", String(leastRows)];
  const whether = base ? [] : ["--without-base"];
  // What is measured is what training lowers.
  const { objective } = kindOf(spec.kind).trainer.optionsOf(spec, "", "");
  const what = objective === undefined ? [] : ["--objective", String(objective)];
  const measured = new Map<string, Measured>();
  try {
    await evaluator.run({
      script,
      alone,
      args: [...model, ...data, ...budget, ...limit, ...whether, ...what, "--adapters", ...folders],
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
  bitsPerByte = 0,
  rowLosses,
  ranks,
  tokensRead,
}: Extract<EvaluationEvent, { event: "evaluated" }>): RowLosses {
  return { loss, bitsPerByte, rowLosses, ranks, tokens: tokensRead };
}
