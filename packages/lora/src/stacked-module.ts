import { notFinite } from "./adapter-error.ts";
import type { Kernels, Pointer } from "./kernels.ts";
import type { AdaptedModule } from "./layout.ts";
import { type Dtype, dtypeSizes } from "./safetensors-read.ts";

/** Rows of a factor that are widened to f64 at once: a panel of 80 columns fits the second-level cache. */
const panelRows = 128;

/** Room for them: column groups a power of two apart would fall on the same lines of the first-level cache. */
const panelHeight = 136;

/** One adapter's factors of one module, in the kernels' memory as f32. */
interface FactorPair {
  readonly rank: number;
  /** Its first column in the stack. */
  readonly column: number;
  /** rank x inFeatures. */
  readonly a: Pointer;
  /** outFeatures x rank. */
  readonly b: Pointer;
  readonly sources: PairBytes;
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

/** Reads a module's factors from every adapter, widened to f32; `gramsOf` finds what is not finite among them. */
export function stackModule(
  kernels: Kernels,
  module: AdaptedModule,
  sources: readonly PairBytes[],
): StackedModule {
  let column = 0;
  const pairs = sources.map((source) => {
    const { rank, a, b } = source;
    const pair = {
      rank,
      column,
      sources: source,
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
  const pointer = kernels.reserve(count * 4);
  if (source.dtype === "F32") source.read(kernels.bytes(pointer, count * 4));
  else {
    const sizeBytes = count * dtypeSizes[source.dtype];
    const halves = kernels.reserve(sizeBytes);
    source.read(kernels.bytes(halves, sizeBytes));
    kernels.widenHalf(halves, count, source.dtype === "F16" ? 0 : 1, pointer);
  }
  return pointer;
}

/** BᵀB and AAᵀ of a stack, each R x R in f64 with row length ld; blocks (i, j) are B_iᵀB_j and A_iA_jᵀ. */
export interface Grams {
  readonly a: Pointer;
  readonly b: Pointer;
}

/**
 * Gram matrices of the unscaled factors, accumulated in f64. A square of an F32 never overflows there, so a diagonal
 * is finite exactly when all values of its column are.
 * @throws AdapterError when a value is NaN or infinite
 */
export function gramsOf(kernels: Kernels, stack: StackedModule): Grams {
  const panel = kernels.allocate(panelHeight * stack.ld * 8);
  return { a: gramOf(kernels, stack, "a", panel), b: gramOf(kernels, stack, "b", panel) };
}

function gramOf(kernels: Kernels, stack: StackedModule, side: "a" | "b", panel: Pointer): Pointer {
  const gram = kernels.allocate(stack.ld * stack.ld * 8);
  forEachPanel(kernels, stack, side, panel, (_, rows) =>
    kernels.gram(panel, rows, panelHeight, stack.ld, gram),
  );
  const values = kernels.f64(gram, stack.ld * stack.ld);
  for (const { rank, column, sources } of stack.pairs) {
    for (let i = column; i < column + rank; i++) {
      if (!Number.isFinite(values[i * stack.ld + i]!))
        throw notFinite(sources[side].name, sources[side].file);
    }
  }
  kernels.mirror(gram, stack.ld);
  return gram;
}

/**
 * The stack times `weights` (ld x rank f64, row length `columns`, a multiple of 4, zero beyond row R), as f32:
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
  const panel = kernels.allocate(panelHeight * stack.ld * 8);
  const scratch = kernels.allocate(16 * 8);
  const result = kernels.reserve(length * rank * 4);
  forEachPanel(kernels, stack, side, panel, (start, rows) => {
    const [rowStep, columnStep] = side === "b" ? [rank * 4, 4] : [4, length * 4];
    const target = result + start * rowStep;
    kernels.project(
      panel,
      rows,
      panelHeight,
      stack.ld,
      weights,
      columns,
      rank,
      target,
      rowStep,
      columnStep,
      scratch,
    );
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
      if (side === "b") kernels.packRows(b + start * rank * 4, rows, rank, panel, panelHeight, column);
      else kernels.packColumns(a + start * 4, rows, rank, length, panel, panelHeight, column);
    }
    use(start, rows);
  }
}
