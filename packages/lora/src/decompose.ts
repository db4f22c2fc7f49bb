import type { Kernels, Pointer } from "./kernels.ts";
import type { Grams } from "./stacked-module.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/**
 * The singular value decomposition of ΔW = B C A (C diagonal) in the coordinates of the stack:
 * ΔW = Σ_j σ_j u_j q_jᵀ with σ_j u_j = B l_j and q_jᵀ = m_jᵀ A. Neither ΔW nor u and q are formed.
 */
export interface Decomposition {
  /** Squared singular values, descending, none negative; their sum is ‖ΔW‖². */
  readonly lambda: Float64Array;
  /** How many of them stand above rounding noise: the numerical rank of ΔW. */
  readonly rank: number;
  /** l_j as rows: count x R, row length ld. */
  readonly left: Float64Array;
  /** m_j as rows: count x R, row length ld. */
  readonly right: Float64Array;
}

interface Root {
  /** L with C GA C = L Lᵀ: R x size, row length ld. */
  readonly factor: Pointer;
  readonly size: number;
  readonly isLower: boolean;
  /** Overwrites y (length R, first `size` values set) with an x such that Lᵀx = y. */
  readonly solveTransposed: (y: Float64Array) => void;
}

/** Below this share of its diagonal, a Cholesky pivot has lost half of f64's digits. */
const pivotShare = 1e-8;

/** Eigenvalues under this share of the largest are rounding noise of an R x R Gram in f64. */
const noiseShare = (size: number) => size * 2 ** -50;

/**
 * Singular values of B C A by the Gram route: GA = C AAᵀ C = L Lᵀ, S = Lᵀ BᵀB L = V Λ Vᵀ; then l_j = L v_j and
 * m_j = C L⁻ᵀ v_j. L is Cholesky's, or an eigenvalue root where A is (nearly) rank-deficient.
 * Directions weaker than the rounding noise of the stack's largest component ‖c_i b_i‖‖a_i‖ count as zero: where
 * terms of opposite signs cancel, the noise is theirs, not that of what is left.
 * Each v_j has its largest entry (the first of equals) positive, so that the signs are reproducible.
 *
 * @param scales the diagonal of C, length R
 * @param count how many of the leading vectors to return
 */
export function decompose(
  kernels: Kernels,
  grams: Grams,
  scales: Float64Array,
  ld: number,
  count: number,
): Decomposition {
  const size = scales.length;
  const scaled = scaledGram(kernels, grams.a, scales, ld);
  const noise = largestComponent(kernels, scaled, grams.b, size, ld) * noiseShare(size);
  const root = rootOf(kernels, scaled, size, ld);
  const product = kernels.allocate(ld * ld * 8);
  const inner = kernels.allocate(ld * ld * 8);
  kernels.sandwich(grams.b, root.factor, size, ld, root.isLower, product, inner);
  const { values, leading } = symmetricEigen(kernels, inner, root.size, ld);

  const floor = Math.max(noise, Math.max(values[0] ?? 0, 0) * noiseShare(size));
  const lambda = values.map((value) => (value > floor ? value : 0));
  const rank = lambda.filter((value) => value > 0).length;
  const left = new Float64Array(count * ld);
  const right = new Float64Array(count * ld);
  const kept = Math.min(count, rank);
  if (kept === 0) return { lambda, rank, left, right };
  const vectors = leading(kept);
  const images = kernels.allocate(ld * vectors.ld * 8);
  kernels.multiply(
    ld,
    vectors.ld,
    root.size,
    root.factor,
    ld,
    vectors.pointer,
    vectors.ld,
    images,
    vectors.ld,
  );
  const v = kernels.f64(vectors.pointer, ld * vectors.ld);
  const lv = kernels.f64(images, ld * vectors.ld);
  for (let j = 0; j < kept; j++) {
    const sign = signOfLargest(v, root.size, vectors.ld, j);
    const x = right.subarray(j * ld, j * ld + size);
    for (let p = 0; p < root.size; p++) x[p] = sign * v[p * vectors.ld + j]!;
    root.solveTransposed(x);
    for (let i = 0; i < size; i++) {
      x[i]! *= scales[i]!;
      left[j * ld + i] = sign * lv[i * vectors.ld + j]!;
    }
  }
  return { lambda, rank, left, right };
}

/** Sum of lambda[from …], smallest first. */
export function sum(lambda: Float64Array, from: number): number {
  let total = 0;
  for (let j = lambda.length - 1; j >= from; j--) total += lambda[j]!;
  return total;
}

function scaledGram(kernels: Kernels, gram: Pointer, scales: Float64Array, ld: number): Pointer {
  const scaled = kernels.allocate(ld * ld * 8);
  const source = kernels.f64(gram, ld * ld);
  const target = kernels.f64(scaled, ld * ld);
  for (let i = 0; i < scales.length; i++) {
    for (let j = 0; j < scales.length; j++)
      target[i * ld + j] = source[i * ld + j]! * (scales[i]! * scales[j]!);
  }
  return scaled;
}

/** The largest ‖c_i b_i a_iᵀ‖² of the stack: blind to how a component's size is divided between its factors. */
function largestComponent(kernels: Kernels, scaledA: Pointer, b: Pointer, size: number, ld: number): number {
  const ga = kernels.f64(scaledA, size * ld);
  const gb = kernels.f64(b, size * ld);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, ga[i * ld + i]! * gb[i * ld + i]!);
  return largest;
}

function rootOf(kernels: Kernels, gram: Pointer, size: number, ld: number): Root {
  return choleskyRoot(kernels, gram, size, ld) ?? eigenRoot(kernels, gram, size, ld);
}

/** Cholesky's lower factor; null on a lost pivot. */
function choleskyRoot(kernels: Kernels, gram: Pointer, size: number, ld: number): Root | null {
  const factor = kernels.allocate(ld * ld * 8);
  if (kernels.cholesky(gram, size, ld, factor, pivotShare) === 0) return null;
  const solveTransposed = (x: Float64Array) => {
    const lower = kernels.f64(factor, size * ld);
    for (let i = size - 1; i >= 0; i--) {
      x[i]! /= lower[i * ld + i]!;
      for (let j = 0; j < i; j++) x[j]! -= lower[i * ld + j]! * x[i]!;
    }
  };
  return { factor, size, isLower: true, solveTransposed };
}

/**
 * D⁻¹ Q Λ^½ over the eigenvalues above noise of D G D = Q Λ Qᵀ, whose diagonal D has made ones: a component of
 * large A and small B must not pass the others off as noise.
 */
function eigenRoot(kernels: Kernels, gram: Pointer, size: number, ld: number): Root {
  const g = kernels.f64(gram, size * ld);
  const norms = Float64Array.from({ length: size }, (_, i) => Math.sqrt(g[i * ld + i]!) || 1);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) g[i * ld + j]! /= norms[i]! * norms[j]!;
  }
  const { values, leading } = symmetricEigen(kernels, gram, size, ld);
  const noise = Math.max(values[0] ?? 0, 0) * noiseShare(size);
  const kept = values.filter((value) => value > noise);
  const { pointer, ld: columns } = leading(kept.length);
  const factor = kernels.allocate(ld * ld * 8);
  const vectors = kernels.f64(pointer, size * columns).slice();
  const l = kernels.f64(factor, size * ld);
  for (let p = 0; p < kept.length; p++) {
    const rootValue = Math.sqrt(kept[p]!);
    for (let i = 0; i < size; i++) l[i * ld + p] = vectors[i * columns + p]! * rootValue * norms[i]!;
  }
  const solveTransposed = (x: Float64Array) => {
    const y = x.slice(0, kept.length);
    x.fill(0);
    for (let p = 0; p < kept.length; p++) {
      const weight = y[p]! / Math.sqrt(kept[p]!);
      for (let i = 0; i < size; i++) x[i]! += (weight * vectors[i * columns + p]!) / norms[i]!;
    }
  };
  return { factor, size: kept.length, isLower: false, solveTransposed };
}

/** 1 or -1: the sign of a column's entry of largest size, the first of equals. */
function signOfLargest(matrix: Float64Array, rows: number, ld: number, column: number): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    const value = matrix[i * ld + column]!;
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  return largest < 0 ? -1 : 1;
}
