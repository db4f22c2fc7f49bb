import { AdapterError, type CheckName } from "../adapter-error.ts";
import { type AdapterVerdict, checkFigures, type FigureThresholds } from "../check-figures.ts";
import type { CheckResult } from "../checks/check-result.ts";
import type { Reach } from "../checks/optimizer-reach.ts";
import { type AdaptedModule, adapterLayout } from "../layout.ts";
import { type AdapterFigures, addFigures, noFigures } from "../measure-module.ts";
import { type AdapterFile, openAdapter } from "./adapter-file.ts";
import { openModulePool } from "./module-pool.ts";

export interface CheckInput {
  /** How messages to others call this contributor, such as a truncated wallet. */
  readonly name: string;
  readonly file: string;
  readonly alpha: number;
  /** What check 4 asks of it; left out, that check is skipped. */
  readonly reach?: Reach | undefined;
}

export interface CheckOptions {
  /** In the order of submission: of two alike, the later is the copy. */
  readonly adapters: readonly CheckInput[];
  readonly modules: readonly AdaptedModule[];
  readonly rank: number;
  /** What the contributors started from: the job's initial adapter (writeInitialAdapter) or a later round's start. */
  readonly initial: string;
  /**
   * The alpha with which a later round's start was loaded: its update is then taken off theirs, so that size and
   * likeness are judged on this round's work alone. Left out, the start's update is zero.
   */
  readonly startAlpha?: number;
  readonly thresholds: FigureThresholds;
  readonly threads?: number;
}

/**
 * Acceptance checks 2 to 5 of a job's adapters together. An adapter whose file fails check 2 is not measured, and
 * the others are judged without it.
 * @returns each adapter's checks, in the order of `adapters`, and the clip factor to merge it with
 */
export async function checkAdapters(options: CheckOptions): Promise<AdapterVerdict[]> {
  const { adapters, rank, thresholds } = options;
  const { modules } = adapterLayout(options.modules, rank);
  const verdicts: AdapterVerdict[] = [];
  const readable = new Map<number, AdapterFile>();
  for (const [index, { file }] of adapters.entries()) {
    try {
      readable.set(index, await openAdapter(file, modules, rank));
    } catch (error) {
      verdicts[index] = refusal(error);
    }
  }
  const figures = await measure(options, modules, readable, verdicts);
  const indices = [...readable.keys()];
  const judged = checkFigures(
    figures,
    thresholds,
    indices.map((index) => adapters[index]!.name),
    indices.map((index) => adapters[index]!.reach),
  );
  for (const [i, index] of indices.entries()) {
    verdicts[index] = { ...judged[i]!, checks: [wellFormed, ...judged[i]!.checks] };
  }
  return verdicts;
}

/** The figures of the readable adapters; one that turns out to hold NaN or infinity is refused and left out. */
async function measure(
  { adapters, rank, initial, startAlpha, threads }: CheckOptions,
  modules: readonly AdaptedModule[],
  readable: Map<number, AdapterFile>,
  verdicts: AdapterVerdict[],
): Promise<AdapterFigures> {
  const start = await openAdapter(initial, modules, rank);
  while (readable.size > 0) {
    const fromLast = startAlpha !== undefined;
    const alphas = [...readable.keys()].map((index) => adapters[index]!.alpha);
    const shares = [...alphas, ...(fromLast ? [startAlpha] : [])].map((alpha) => ({
      weight: 1,
      scale: alpha / rank,
    }));
    const files = [...readable.values(), ...(fromLast ? [start] : [])];
    const pool = openModulePool(modules.length, threads);
    try {
      pool.load({ modules, adapters: files, shares, initial: start });
      const figures = noFigures(readable.size);
      for (const more of await pool.run({ kind: "measure", fromLast })) addFigures(figures, more);
      return figures;
    } catch (error) {
      const culprit = error instanceof AdapterError ? error.facts.file : undefined;
      const index = [...readable].find(([, { path }]) => path === culprit)?.[0];
      if (index === undefined) throw error;
      verdicts[index] = refusal(error);
      readable.delete(index);
    } finally {
      await pool.close();
    }
  }
  return noFigures(0);
}

const wellFormed: CheckResult = {
  check: "safetensors",
  verdict: "passed",
  figure: null,
  threshold: null,
  message: "The file holds exactly the job's tensors, and every value is finite.",
};

/** The verdict on a file that cannot be measured; any other error is thrown on. */
function refusal(error: unknown): AdapterVerdict {
  if (!(error instanceof AdapterError)) throw error;
  const unmeasured = (check: CheckName): CheckResult => ({
    check,
    verdict: "skipped",
    figure: null,
    threshold: null,
    message: "Not measured, because the file was refused.",
  });
  const failed: CheckResult = {
    ...unmeasured("safetensors"),
    verdict: "failed",
    message: `${error.message} ${error.fix}`,
  };
  return {
    checks: [failed, ...(["same-start", "optimizer-reach", "not-a-copy"] as const).map(unmeasured)],
    clip: 1,
    nearest: { cosine: 0, coefficients: [] },
  };
}
