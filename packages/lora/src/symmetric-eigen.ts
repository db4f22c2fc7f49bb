import type { Kernels, Pointer } from "./kernels.ts";

/** A matrix of f64 in the kernels' memory, row by row. */
interface WideMatrix {
  readonly pointer: Pointer;
  /** Values from one row to the next, a multiple of 4. */
  readonly ld: number;
}

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Eigenvectors of the `count` leading values, as the columns of a matrix of `size` rows; to be called once. */
  readonly leading: (count: number) => WideMatrix;
}

/**
 * Eigenvalues of a symmetric matrix (size x size, row length ld, overwritten), and its leading vectors where they are
 * wanted: their work grows with their number.
 */
export function symmetricEigen(kernels: Kernels, matrix: Pointer, size: number, ld: number): SymmetricEigen {
  const diagonal = kernels.allocate(size * 8);
  const work = kernels.allocate(3 * ld * 8);
  const capacity = 2 * size * size;
  const rotations = kernels.reserve(capacity * 3 * 8);
  const made = kernels.eigenvalues(matrix, size, ld, diagonal, work, rotations, capacity);
  if (made < 0) throw new Error(`QL did not converge on a Gram matrix of size ${size}`);
  const unsorted = kernels.f64(diagonal, size);
  const order = Array.from(unsorted.keys()).sort((i, j) => unsorted[j]! - unsorted[i]! || i - j);
  return {
    values: Float64Array.from(order, (i) => unsorted[i]!),
    leading(count) {
      const columns = Math.ceil(count / 4) * 4;
      const pointer = kernels.allocate(ld * columns * 8);
      const z = kernels.f64(pointer, ld * columns);
      for (let j = 0; j < count; j++) z[order[j]! * columns + j] = 1;
      kernels.eigenvectors(matrix, size, ld, work, rotations, made, pointer, columns);
      return { pointer, ld: columns };
    },
  };
}
