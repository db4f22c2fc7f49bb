import type { AdaptedModule } from "../layout.ts";
import type { DenseAdapter } from "./adapters.ts";

/** Dense f64 algebra, formed in full and written plainly: what the fast routes are compared with. */

/** ΔW = (alpha / rank) B A, outFeatures x inFeatures, row-major. */
export function denseUpdate(module: AdaptedModule, { rank, alpha, factors }: DenseAdapter): Float64Array {
  const { a, b } = factors.get(module.path)!;
  const { inFeatures, outFeatures } = module;
  const update = new Float64Array(outFeatures * inFeatures);
  for (let o = 0; o < outFeatures; o++) {
    for (let j = 0; j < rank; j++) {
      const weight = (alpha / rank) * b[o * rank + j]!;
      for (let i = 0; i < inFeatures; i++) update[o * inFeatures + i]! += weight * a[j * inFeatures + i]!;
    }
  }
  return update;
}

/** Σ p_i ΔW_i with the weights divided by their sum. */
export function denseMean(
  module: AdaptedModule,
  adapters: readonly DenseAdapter[],
  weights: readonly number[],
): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(module.outFeatures * module.inFeatures);
  for (const [i, adapter] of adapters.entries()) {
    for (const [at, value] of denseUpdate(module, adapter).entries())
      mean[at]! += (weights[i]! / total) * value;
  }
  return mean;
}

export function squaredNorm(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** ‖x - y‖² / ‖y‖². */
export function squaredDistance(x: Float64Array, y: Float64Array): number {
  return squaredNorm(x.map((value, i) => value - y[i]!)) / squaredNorm(y);
}

/** Singular values, descending, by one-sided Jacobi (Hestenes, 1958): slow, plain, accurate. */
export function singularValues(matrix: Float64Array, rows: number, columns: number): number[] {
  const at = (column: number) =>
    Float64Array.from({ length: rows }, (_, row) => matrix[row * columns + column]!);
  const u = Array.from({ length: columns }, (_, column) => at(column));
  for (let turned = true; turned; ) {
    turned = false;
    for (let p = 0; p < columns; p++)
      for (let q = p + 1; q < columns; q++) turned = rotate(u[p]!, u[q]!) || turned;
  }
  return u.map((column) => Math.sqrt(squaredNorm(column))).sort((x, y) => y - x);
}

function rotate(p: Float64Array, q: Float64Array): boolean {
  const pp = squaredNorm(p);
  const qq = squaredNorm(q);
  const pq = p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  if (Math.abs(pq) <= 1e-15 * Math.sqrt(pp * qq) || pp * qq === 0) return false;
  const zeta = (qq - pp) / (2 * pq);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  for (let i = 0; i < p.length; i++) [p[i], q[i]] = [c * (p[i]! - t * q[i]!), c * (t * p[i]! + q[i]!)];
  return true;
}
