import type { Kernels } from "./kernels.ts";
import type { InitialFactor, Share } from "./merge-module.ts";
import { gramsOf, type StackedModule } from "./stacked-module.ts";

/**
 * What the acceptance checks need of N adapters. Every figure is a sum over modules, so the figures of the
 * modules add up to those of the adapters.
 */
export interface AdapterFigures {
  /** N x N: the inner products of the updates ΔW_i = s_i B_i A_i; blind to rotations of the factors. */
  readonly updates: Float64Array;
  /** N: inner product of A_i with the job's initial A; the squared norm of A_i; that of the initial A. */
  readonly withInitial: Float64Array;
  readonly ownA: Float64Array;
  readonly initialA: Float64Array;
}

export function noFigures(adapters: number): AdapterFigures {
  return {
    updates: new Float64Array(adapters * adapters),
    withInitial: new Float64Array(adapters),
    ownA: new Float64Array(adapters),
    initialA: new Float64Array(adapters),
  };
}

/** Adds `more` to `figures`. */
export function addFigures(figures: AdapterFigures, more: AdapterFigures): void {
  for (const key of ["updates", "withInitial", "ownA", "initialA"] as const) {
    for (const [i, value] of more[key].entries()) figures[key][i]! += value;
  }
}

/** One module's figures; an initial A of higher rank is compared by its first rows, which are that rank's. */
export function measureModule(
  kernels: Kernels,
  stack: StackedModule,
  shares: readonly Share[],
  initial?: InitialFactor,
): AdapterFigures {
  const figures = noFigures(stack.pairs.length);
  const grams = gramsOf(kernels, stack);
  const ga = kernels.f64(grams.a, stack.ld * stack.ld);
  const gb = kernels.f64(grams.b, stack.ld * stack.ld);
  for (const [i, p] of stack.pairs.entries()) {
    for (const [j, q] of stack.pairs.entries()) {
      let inner = 0;
      for (let x = 0; x < p.rank; x++) {
        const start = (p.column + x) * stack.ld + q.column;
        for (let y = start; y < start + q.rank; y++) inner += gb[y]! * ga[y]!;
      }
      figures.updates[i * stack.pairs.length + j] = shares[i]!.scale * shares[j]!.scale * inner;
    }
    if (!initial) continue;
    const count = Math.min(p.rank, initial.rank) * stack.module.inFeatures;
    figures.withInitial[i] = kernels.dot(p.a, initial.a, count);
    figures.ownA[i] = kernels.dot(p.a, p.a, p.rank * stack.module.inFeatures);
    figures.initialA[i] = kernels.dot(initial.a, initial.a, count);
  }
  return figures;
}
