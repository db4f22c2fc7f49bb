import type { Kernels } from "./kernels.ts";
import type { MergedModule, Share } from "./merge-module.ts";
import { type Grams, gramsOf, project, type StackedModule } from "./stacked-module.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/**
 * The update ΔW = Σ p_i s_i B_i A_i as an adapter whose A is the mean of the factors A_i, to be loaded with `scale`:
 *
 *     A' = Σ p_i A_i,   B' = ΔW A'ᵀ (A' A'ᵀ)⁺ / scale,
 *
 * the least-squares solution of scale B' A' = ΔW. Row j of A' stays the mean of everybody's row j, so an optimiser
 * that trained one of them may go on with its moments. All ranks are the same; the p_i may be negative.
 *
 * In the stack's coordinates, with A' = PᵀA, C = diag(p_i s_i) and the Gram G = A Aᵀ: B' = B C M / scale with
 * M = G P (PᵀG P)⁺, and M (G P)ᵀ is the Gram of the A_i's parts in the row space of A'.
 */
export function mergeAligned(
  kernels: Kernels,
  stack: StackedModule,
  shares: readonly Share[],
  scale: number,
): MergedModule {
  const { ld, pairs } = stack;
  const { rank } = pairs[0]!;
  const columns = Math.ceil(rank / 4) * 4;
  const size = ld * columns;
  const grams = gramsOf(kernels, stack);
  const weightsA = kernels.allocate(size * 8);
  const weightsB = kernels.allocate(size * 8);
  const images = kernels.allocate(size * 8);
  const p = kernels.f64(weightsA, size);
  for (const [i, { column }] of pairs.entries()) {
    for (let j = 0; j < rank; j++) p[(column + j) * columns + j] = shares[i]!.weight;
  }
  kernels.multiply(ld, columns, ld, grams.a, ld, weightsA, columns, images, columns);
  const inner = innerGram(stack, shares, kernels.f64(images, size), columns);
  const inverse = pseudoInverse(kernels, inner, rank);

  const gp = kernels.f64(images, size);
  const m = times(gp, inverse, stack.rank, rank, columns);
  const scales = pairs.flatMap((pair, i) =>
    Array<number>(pair.rank).fill(shares[i]!.weight * shares[i]!.scale),
  );
  const energy = energyOf(kernels, stack, grams, scales, (i, j) => {
    let value = 0;
    for (let k = 0; k < rank; k++) value += m[i * columns + k]! * gp[j * columns + k]!;
    return value;
  });
  const target = kernels.f64(weightsB, size);
  for (const [i, factor] of scales.entries()) {
    for (let j = 0; j < rank; j++) target[i * columns + j] = (m[i * columns + j]! * factor) / scale;
  }
  return {
    a: project(kernels, stack, "a", weightsA, rank, columns),
    b: project(kernels, stack, "b", weightsB, rank, columns),
    ...energy,
  };
}

/**
 * ‖ΔW‖² = Σ c_i c_j (BᵀB)_ij G_ij, and the part of it outside the row space of A', where `kept(i, j)` is what lies
 * inside of G_ij.
 */
function energyOf(
  kernels: Kernels,
  { ld }: StackedModule,
  grams: Grams,
  scales: readonly number[],
  kept: (i: number, j: number) => number,
): Pick<MergedModule, "total" | "missed"> {
  const [a, b] = [kernels.f64(grams.a, ld * ld), kernels.f64(grams.b, ld * ld)];
  let total = 0;
  let missed = 0;
  for (let i = 0; i < scales.length; i++) {
    for (let j = 0; j < scales.length; j++) {
      const weight = scales[i]! * scales[j]! * b[i * ld + j]!;
      total += weight * a[i * ld + j]!;
      missed += weight * (a[i * ld + j]! - kept(i, j));
    }
  }
  return { total: Math.max(total, 0), missed: Math.max(missed, 0) };
}

/** X Y of X (rows x rank, row length `columns`) and Y (rank x rank); the product has X's shape. */
function times(x: Float64Array, y: Float64Array, rows: number, rank: number, columns: number): Float64Array {
  const product = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rank; j++) {
      for (let k = 0; k < rank; k++) product[i * columns + j]! += x[i * columns + k]! * y[k * rank + j]!;
    }
  }
  return product;
}

/** A' A'ᵀ = Pᵀ (G P), rank x rank. */
function innerGram(
  { pairs }: StackedModule,
  shares: readonly Share[],
  gp: Float64Array,
  columns: number,
): Float64Array {
  const { rank } = pairs[0]!;
  const inner = new Float64Array(rank * rank);
  for (const [i, { column }] of pairs.entries()) {
    for (let j = 0; j < rank; j++) {
      for (let k = 0; k < rank; k++)
        inner[j * rank + k]! += shares[i]!.weight * gp[(column + j) * columns + k]!;
    }
  }
  return inner;
}

/** Directions of A' weaker than this share of its strongest, in squares, are noise: B' leaves them out. */
const noiseShare = 1e-10;

/** Moore and Penrose's inverse of a symmetric, positive semi-definite matrix, size x size. */
function pseudoInverse(kernels: Kernels, matrix: Float64Array, size: number): Float64Array {
  const ld = Math.ceil(size / 4) * 4;
  const pointer = kernels.allocate(ld * ld * 8);
  const copy = kernels.f64(pointer, ld * ld);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) copy[i * ld + j] = (matrix[i * size + j]! + matrix[j * size + i]!) / 2;
  }
  const { values, leading } = symmetricEigen(kernels, pointer, size, ld);
  const kept = values.filter((value) => value > Math.max(values[0]!, 0) * noiseShare).length;
  const inverse = new Float64Array(size * size);
  if (kept === 0) return inverse;
  const vectors = leading(kept);
  const v = kernels.f64(vectors.pointer, size * vectors.ld);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < kept; k++)
        inverse[i * size + j]! += (v[i * vectors.ld + k]! * v[j * vectors.ld + k]!) / values[k]!;
    }
  }
  return inverse;
}
