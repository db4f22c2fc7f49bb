import type { Kernels, Pointer } from "./kernels.ts";
import type { InitialFactor, Share } from "./merge-module.ts";
import type { Dtype } from "./safetensors-read.ts";
import { gramsOf, type StackedModule } from "./stacked-module.ts";

/**
 * What the acceptance checks need of N adapters. Figures of modules are combined to those of the adapters by sums, those
 * of the farthest values by their maximum.
 */
export interface AdapterFigures {
  /** N x N: the inner products of the updates ΔW_i = s_i B_i A_i; blind to rotations of the factors. */
  readonly updates: Float64Array;
  /** N: inner product of A_i with the job's initial A; the squared norm of A_i; that of the initial A. */
  readonly withInitial: Float64Array;
  readonly ownA: Float64Array;
  readonly initialA: Float64Array;
  /** N: values in A. */
  readonly sizeA: Float64Array;
  /** N: how far the farthest value of any A and of any B lies from where it started. */
  readonly movedA: Float64Array;
  readonly movedB: Float64Array;
}

export function noFigures(adapters: number): AdapterFigures {
  return {
    updates: new Float64Array(adapters * adapters),
    withInitial: new Float64Array(adapters),
    ownA: new Float64Array(adapters),
    initialA: new Float64Array(adapters),
    sizeA: new Float64Array(adapters),
    movedA: new Float64Array(adapters),
    movedB: new Float64Array(adapters),
  };
}

/** Adds `more` to `figures`. */
export function addFigures(figures: AdapterFigures, more: AdapterFigures): void {
  for (const key of ["updates", "withInitial", "ownA", "initialA", "sizeA"] as const) {
    for (const [i, value] of more[key].entries()) figures[key][i]! += value;
  }
  for (const key of ["movedA", "movedB"] as const) {
    for (const [i, value] of more[key].entries()) figures[key][i] = Math.max(figures[key][i]!, value);
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
    figures.sizeA[i] = p.rank * stack.module.inFeatures;
    figures.ownA[i] = kernels.dot(p.a, p.a, figures.sizeA[i]);
    figures.initialA[i] = kernels.dot(initial.a, initial.a, size);
    const { module } = stack;
    figures.movedA[i] = farthest(kernels, p.a, p.sources.a.dtype, p.rank * module.inFeatures, initial.a);
    const startB = fromLast ? stack.pairs[count]!.b : undefined;
    figures.movedB[i] = farthest(kernels, p.b, p.sources.b.dtype, p.rank * module.outFeatures, startB);
  }
  return figures;
}

/** What storing a value in this type may have moved it by, as a share of it: half of the last place. */
const roundOff: Record<Dtype, number> = { F32: 0, F16: 2 ** -11, BF16: 2 ** -8 };

/** How far the farthest of `count` values lies from its start (0 where none is given), rounding when stored left out. */
function farthest(kernels: Kernels, values: Pointer, dtype: Dtype, count: number, start?: Pointer): number {
  const share = roundOff[dtype];
  const now = kernels.f32(values, count);
  const before = start === undefined ? undefined : kernels.f32(start, count);
  let most = 0;
  for (let i = 0; i < count; i++) {
    const moved = Math.abs(now[i]! - (before ? before[i]! : 0)) - share * Math.abs(now[i]!);
    if (moved > most) most = moved;
  }
  return most;
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
