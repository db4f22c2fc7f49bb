import { decompose, sum } from "./decompose.ts";
import type { Kernels, Pointer } from "./kernels.ts";
import { type Grams, gramsOf, project, type StackedModule } from "./stacked-module.ts";

/** `aligned` makes what a next round starts from (merge-aligned.ts), the others a job's result. */
export type MergeMethod = "exact" | "svd" | "fedavg" | "aligned";

/** What an adapter counts for: its weights p_i sum to 1 over the adapters; scale s_i = alpha_i / r_i (x clip). */
export interface Share {
  readonly weight: number;
  readonly scale: number;
}

/** One module merged, in the kernels' memory as f32 until the next release. */
export interface MergedModule {
  /** rank x inFeatures. */
  readonly a: Pointer;
  /** outFeatures x rank. */
  readonly b: Pointer;
  /** Squared Frobenius norm of Σ p_i s_i B_i A_i, and of what the merged module misses of it. */
  readonly total: number;
  readonly missed: number;
}

/** The initial A of a module that will be trained on: f32, initialRank x inFeatures. */
export interface InitialFactor {
  readonly a: Pointer;
  readonly rank: number;
}

/**
 * The best rank-`rank` approximation of Σ p_i s_i B_i A_i (Eckart and Young), to be loaded with `scale`. Component j
 * is split as (σ_j / (scale t_j)) u_j · t_j q_j: t_j = √σ_j balances the two; with `initial`, every row of A gets the
 * root mean square row norm of the job's initial A, and rows without a component take the initial row (their B is
 * zero), so that the next round learns at the speed of the first.
 */
export function mergeSvd(
  kernels: Kernels,
  stack: StackedModule,
  shares: readonly Share[],
  { rank, scale = 1, initial }: { rank: number; scale?: number; initial?: InitialFactor },
): MergedModule {
  const { inFeatures } = stack.module;
  const scales = columnScales(stack, shares);
  const {
    lambda,
    left,
    right,
    rank: found,
  } = decompose(kernels, gramsOf(kernels, stack), scales, stack.ld, rank);
  const kept = Math.min(rank, found);
  const count = initial ? initial.rank * inFeatures : 0;
  const rowNorm = initial ? Math.sqrt(kernels.dot(initial.a, initial.a, count) / initial.rank) : null;
  const columns = Math.ceil(rank / 4) * 4;
  const weightsA = kernels.allocate(stack.ld * columns * 8);
  const weightsB = kernels.allocate(stack.ld * columns * 8);
  const wa = kernels.f64(weightsA, stack.ld * columns);
  const wb = kernels.f64(weightsB, stack.ld * columns);
  for (let j = 0; j < kept; j++) {
    const size = rowNorm ?? lambda[j]! ** 0.25;
    for (let i = 0; i < stack.rank; i++) {
      wa[i * columns + j] = right[j * stack.ld + i]! * size;
      wb[i * columns + j] = left[j * stack.ld + i]! / (size * scale);
    }
  }
  const a = project(kernels, stack, "a", weightsA, rank, columns);
  const b = project(kernels, stack, "b", weightsB, rank, columns);
  if (initial) {
    const rows = Math.min(rank, initial.rank) - kept;
    const start = kept * inFeatures * 4;
    if (rows > 0) kernels.copyBlock(initial.a + start, inFeatures, rows, inFeatures, a + start, inFeatures);
  }
  return { a, b, total: sum(lambda, 0), missed: sum(lambda, rank) };
}

/** Factors averaged apart: (Σ p_i s_i B_i)(Σ p_i A_i). Not the mean update; kept as a baseline to compare with. */
export function mergeFedavg(kernels: Kernels, stack: StackedModule, shares: readonly Share[]): MergedModule {
  const rank = stack.pairs[0]!.rank;
  const columns = Math.ceil(rank / 4) * 4;
  const weightsA = kernels.allocate(stack.ld * columns * 8);
  const weightsB = kernels.allocate(stack.ld * columns * 8);
  const wa = kernels.f64(weightsA, stack.ld * columns);
  const wb = kernels.f64(weightsB, stack.ld * columns);
  for (const [i, { column }] of stack.pairs.entries()) {
    const { weight, scale } = shares[i]!;
    for (let j = 0; j < rank; j++) {
      wa[(column + j) * columns + j] = weight;
      wb[(column + j) * columns + j] = weight * scale;
    }
  }
  const errors = fedavgError(kernels, stack, shares, gramsOf(kernels, stack));
  return {
    a: project(kernels, stack, "a", weightsA, rank, columns),
    b: project(kernels, stack, "b", weightsB, rank, columns),
    ...errors,
  };
}

/** Squared singular values of the exact mean of one module, descending. */
export function spectrumOf(kernels: Kernels, stack: StackedModule, shares: readonly Share[]): Float64Array {
  return decompose(kernels, gramsOf(kernels, stack), columnScales(stack, shares), stack.ld, 0).lambda;
}

/** The diagonal of C in ΔW = B C A: p_i s_i for each of adapter i's columns. */
function columnScales(stack: StackedModule, shares: readonly Share[]): Float64Array {
  const scales = new Float64Array(stack.rank);
  for (const [i, { rank, column }] of stack.pairs.entries()) {
    scales.fill(shares[i]!.weight * shares[i]!.scale, column, column + rank);
  }
  return scales;
}

/** ‖B M A‖² for the exact mean's M = C and for the difference M of the averaged factors from it. */
function fedavgError(kernels: Kernels, stack: StackedModule, shares: readonly Share[], grams: Grams) {
  const exact = (i: number, j: number) => (i === j ? shares[i]!.weight * shares[i]!.scale : 0);
  const apart = (i: number, j: number) => shares[i]!.weight * shares[i]!.scale * shares[j]!.weight;
  return {
    total: squaredNorm(kernels, stack, grams, exact),
    missed: squaredNorm(kernels, stack, grams, (i, j) => apart(i, j) - exact(i, j)),
  };
}

/** ‖B M A‖² = Σ (Mᵀ BᵀB M) ∘ AAᵀ, where block (i, j) of M is `coefficient(i, j)` times the identity. */
function squaredNorm(
  kernels: Kernels,
  { pairs, ld }: StackedModule,
  grams: Grams,
  coefficient: (i: number, j: number) => number,
): number {
  const m = kernels.allocate(ld * ld * 8);
  const product = kernels.allocate(ld * ld * 8);
  const sandwich = kernels.allocate(ld * ld * 8);
  const values = kernels.f64(m, ld * ld);
  for (const [i, row] of pairs.entries()) {
    for (const [j, { column, rank }] of pairs.entries()) {
      for (let t = 0; t < rank; t++) values[(row.column + t) * ld + column + t] = coefficient(i, j);
    }
  }
  kernels.sandwich(grams.b, m, ld, ld, false, product, sandwich);
  const left = kernels.f64(sandwich, ld * ld);
  const right = kernels.f64(grams.a, ld * ld);
  return Math.max(
    left.reduce((total, value, i) => total + value * right[i]!, 0),
    0,
  );
}
