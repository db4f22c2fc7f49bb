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

/**
 * One module's figures; an initial A of higher rank is compared by its first rows, which are that rank's.
 * @param fromLast the stack's last pair is what the others started from: its update is taken off theirs, and it has
 * no figures of its own
 */
export function measureModule(
  kernels: Kernels,
  stack: StackedModule,
  shares: readonly Share[],
  initial?: InitialFactor,
  fromLast = false,
): AdapterFigures {
  const products = updateProducts(kernels, stack, shares);
  const all = stack.pairs.length;
  const count = fromLast ? all - 1 : all;
  const figures = noFigures(count);
  const own = (i: number, j: number) => products[i * all + j]!;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const shared = fromLast ? own(count, count) - own(i, count) - own(count, j) : 0;
      figures.updates[i * count + j] = own(i, j) + shared;
    }
  }
  if (!initial) return figures;
  for (const [i, p] of stack.pairs.slice(0, count).entries()) {
    const size = Math.min(p.rank, initial.rank) * stack.module.inFeatures;
    figures.withInitial[i] = kernels.dot(p.a, initial.a, size);
    figures.ownA[i] = kernels.dot(p.a, p.a, p.rank * stack.module.inFeatures);
    figures.initialA[i] = kernels.dot(initial.a, initial.a, size);
  }
  return figures;
}

/** N x N: ⟨ΔW_i, ΔW_j⟩ = s_i s_j Σ (B_iᵀB_j ∘ A_iA_jᵀ) of every pair in the stack. */
function updateProducts(kernels: Kernels, stack: StackedModule, shares: readonly Share[]): Float64Array {
  const products = new Float64Array(stack.pairs.length ** 2);
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
      products[i * stack.pairs.length + j] = shares[i]!.scale * shares[j]!.scale * inner;
    }
  }
  return products;
}
