import { malformed } from "./adapter-error.ts";
import type { Kernels, Pointer } from "./kernels.ts";
import type { AdaptedModule } from "./layout.ts";
import { type Dtype, dtypeSizes } from "./safetensors-read.ts";

/** Rows of a factor that are widened to f64 at once: a panel of 80 columns fits the second-level cache. */
const panelRows = 128;

/** One adapter's factors of one module, in the kernels' memory as f32. */
export interface FactorPair {
  readonly rank: number;
  /** Its first column in the stack. */
  readonly column: number;
  /** rank x inFeatures. */
  readonly a: Pointer;
  /** outFeatures x rank. */
  readonly b: Pointer;
}

/** All adapters' factors of one module side by side: B = [B_1 … B_N], A = [A_1; …; A_N], unscaled. */
export interface StackedModule {
  readonly module: AdaptedModule;
  /** R = sum of the ranks. */
  readonly rank: number;
  /** R rounded up to a multiple of 4: the row length of every f64 matrix with R columns. */
  readonly ld: number;
  readonly pairs: readonly FactorPair[];
}

/** How one tensor's bytes reach the kernels' memory. */
export interface FactorBytes {
  readonly name: string;
  /** The file it comes from, for messages. */
  readonly file: string;
  readonly dtype: Dtype;
  readonly read: (target: Uint8Array<ArrayBuffer>) => void;
}

export interface PairBytes {
  readonly rank: number;
  readonly a: FactorBytes;
  readonly b: FactorBytes;
}

/**
 * Reads a module's factors from every adapter, widened to f32.
 * @throws AdapterError when a value is NaN or infinite
 */
export function stackModule(
  kernels: Kernels,
  module: AdaptedModule,
  sources: readonly PairBytes[],
): StackedModule {
  let column = 0;
  const pairs = sources.map(({ rank, a, b }) => {
    const pair = {
      rank,
      column,
      a: loadFactor(kernels, a, rank * module.inFeatures),
      b: loadFactor(kernels, b, rank * module.outFeatures),
    };
    column += rank;
    return pair;
  });
  return { module, rank: column, ld: Math.ceil(column / 4) * 4, pairs };
}

/** One tensor of `count` values as f32; F16 and BF16 widen exactly. */
export function loadFactor(kernels: Kernels, source: FactorBytes, count: number): Pointer {
  const pointer = kernels.allocate(count * 4);
  if (source.dtype === "F32") source.read(kernels.bytes(pointer, count * 4));
  else {
    const sizeBytes = count * dtypeSizes[source.dtype];
    const halves = kernels.allocate(sizeBytes);
    source.read(kernels.bytes(halves, sizeBytes));
    kernels.widenHalf(halves, count, source.dtype === "F16" ? 0 : 1, pointer);
  }
  if (kernels.allFinite(pointer, count) === 0) {
    throw malformed(`Tensor ${source.name} holds a value that is not finite.`, {
      tensor: source.name,
      file: source.file,
    });
  }
  return pointer;
}

/** BᵀB and AAᵀ of a stack, each R x R in f64 with row length ld; blocks (i, j) are B_iᵀB_j and A_iA_jᵀ. */
export interface Grams {
  readonly a: Pointer;
  readonly b: Pointer;
}

/** Gram matrices of the unscaled factors, accumulated in f64. */
export function gramsOf(kernels: Kernels, stack: StackedModule): Grams {
  const panel = kernels.allocate(panelRows * stack.ld * 8);
  return { a: gramOf(kernels, stack, "a", panel), b: gramOf(kernels, stack, "b", panel) };
}

function gramOf(kernels: Kernels, stack: StackedModule, side: "a" | "b", panel: Pointer): Pointer {
  const gram = kernels.allocate(stack.ld * stack.ld * 8);
  forEachPanel(kernels, stack, side, panel, (_, rows) => kernels.gram(panel, rows, stack.ld, gram));
  kernels.mirror(gram, stack.ld);
  return gram;
}

/**
 * The stack times `weights` (R x rank f64, row length `columns`, a multiple of 4), as f32:
 * side b gives B W (outFeatures x rank), side a gives WᵀA (rank x inFeatures).
 */
export function project(
  kernels: Kernels,
  stack: StackedModule,
  side: "a" | "b",
  weights: Pointer,
  rank: number,
  columns: number,
): Pointer {
  const length = lengthOf(stack, side);
  const panel = kernels.allocate(panelRows * stack.ld * 8);
  const product = kernels.allocate(panelRows * columns * 8);
  const result = kernels.allocate(length * rank * 4);
  forEachPanel(kernels, stack, side, panel, (start, rows) => {
    const padded = Math.ceil(rows / 4) * 4;
    kernels.multiply(padded, columns, stack.rank, panel, stack.ld, 0, weights, columns, product, columns);
    if (side === "b") kernels.unpackRows(product, columns, rows, rank, result + start * rank * 4);
    else kernels.unpackColumns(product, columns, rows, rank, result + start * 4, length);
  });
  return result;
}

function lengthOf(stack: StackedModule, side: "a" | "b"): number {
  return side === "a" ? stack.module.inFeatures : stack.module.outFeatures;
}

/** Calls `use` for each block of rows of the stacked factor, widened into `panel`. */
function forEachPanel(
  kernels: Kernels,
  stack: StackedModule,
  side: "a" | "b",
  panel: Pointer,
  use: (start: number, rows: number) => void,
): void {
  const length = lengthOf(stack, side);
  for (let start = 0; start < length; start += panelRows) {
    const rows = Math.min(panelRows, length - start);
    for (const { rank, column, a, b } of stack.pairs) {
      const target = panel + column * 8;
      if (side === "b") kernels.packRows(b + start * rank * 4, rows, rank, target, stack.ld);
      else kernels.packColumns(a + start * 4, rows, rank, length, target, stack.ld);
    }
    use(start, rows);
  }
}
