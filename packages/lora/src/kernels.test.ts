import fc from "fast-check";
import { expect, it } from "vitest";
import { loadKernels } from "./kernels.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";
import { normals } from "./testing/random.ts";

const kernels = loadKernels();

/** Eigenvalues, descending, and the vectors of the first `count` (as rows) of a symmetric matrix. */
function eigen(matrix: readonly number[], n: number, count = n) {
  kernels.release();
  const ld = Math.ceil(n / 4) * 4;
  const a = kernels.allocate(n * ld * 8);
  for (let i = 0; i < n; i++) kernels.f64(a + i * ld * 8, n).set(matrix.slice(i * n, (i + 1) * n));
  const { values, leading } = symmetricEigen(kernels, a, n, ld);
  const { pointer, ld: columns } = leading(count);
  const z = kernels.f64(pointer, n * columns);
  const vectors = Array.from({ length: count }, (_, j) =>
    Array.from({ length: n }, (_, i) => z[i * columns + j]!),
  );
  return { values: [...values], vectors };
}

function symmetric(n: number, seed: number, rank = n): number[] {
  const normal = normals(seed);
  const rows = Array.from({ length: rank }, () => Array.from({ length: n }, normal));
  return Array.from({ length: n * n }, (_, at) =>
    rows.reduce((sum, row, k) => sum + (k % 2 ? -1 : 1) * row[Math.floor(at / n)]! * row[at % n]!, 0),
  );
}

it.each([1, 2, 3, 5, 16, 80, 161])("eigenpairs of a symmetric matrix of size %d rebuild it", (n) => {
  for (const rank of [n, Math.ceil(n / 3), 0]) {
    const matrix = symmetric(n, n, rank);
    const size = Math.max(...matrix.map(Math.abs), 1e-300);
    const { values, vectors } = eigen(matrix, n);
    let worst = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const rebuilt = vectors.reduce((sum, v, k) => sum + values[k]! * v[i]! * v[j]!, 0);
        const identity = vectors[i]!.reduce((sum, x, k) => sum + x * vectors[j]![k]!, 0);
        worst = Math.max(
          worst,
          Math.abs(rebuilt - matrix[i * n + j]!) / size,
          Math.abs(identity - (i === j ? 1 : 0)),
        );
      }
    }
    expect(worst).toBeLessThan(1e-12 * n);
  }
});

it("the leading eigenvectors are the very numbers that all of them would be", () => {
  const matrix = symmetric(33, 7);
  expect(eigen(matrix, 33, 5).vectors).toEqual(eigen(matrix, 33).vectors.slice(0, 5));
});

it("halves widen to the f32 that DataView reads, and bfloat16 to its upper bits", () => {
  fc.assert(
    fc.property(fc.uint16Array({ minLength: 1, maxLength: 40 }), (halves) => {
      kernels.release();
      const source = kernels.allocate(halves.length * 2);
      const target = kernels.allocate(halves.length * 4);
      kernels
        .bytes(source, halves.length * 2)
        .set(new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength));
      kernels.widenHalf(source, halves.length, 0, target);
      const wide = [...kernels.f32(target, halves.length)];
      expect(wide).toEqual([...halves].map(halfValue));
      kernels.widenHalf(source, halves.length, 1, target);
      const words = new Uint32Array(kernels.memory.buffer, target, halves.length);
      expect([...words]).toEqual([...halves].map((half) => (half << 16) >>> 0));
    }),
  );
});

/** IEEE 754 binary16 by its definition. */
function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent ? sign * (1 + fraction / 1024) * 2 ** (exponent - 15) : sign * fraction * 2 ** -24;
}

it("finds a value that is not finite wherever it stands", () => {
  for (let count = 1; count < 12; count++) {
    for (let at = 0; at < count; at++) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        kernels.release();
        const pointer = kernels.allocate(count * 4);
        expect(kernels.allFinite(pointer, count)).toBe(1);
        kernels.f32(pointer, count)[at] = value;
        expect(kernels.allFinite(pointer, count)).toBe(0);
      }
    }
  }
});
