/**
 * The hot loops of @trainchain/lora, in AssemblyScript; `node packages/lora/wasm/compile.ts` compiles them.
 *
 * All pointers are byte offsets into the module's memory. A factor is seen as a tall matrix of `rank` columns:
 * B (out x r) as it is stored, A (r x in) through its transpose. Blocks of its rows are widened to f64 into a
 * "panel" (rows x ld, ld a multiple of 4, spare columns zero), on which Grams and projections are plain
 * products. Only ordinary SIMD is used: relaxed fused multiply-adds differ between machines.
 */

const F64: usize = 8;
const F32: usize = 4;

/** IEEE half or bfloat16 words to f32, exactly. `kind`: 0 = F16, 1 = BF16. */
export function widenHalf(source: usize, count: usize, kind: i32, target: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const half = <u32>load<u16>(source + i * 2);
    let bits = half << 16;
    if (kind == 0) {
      const sign = (half & 0x8000) << 16;
      const rest = half & 0x7fff;
      if (rest >= 0x7c00) bits = sign | 0x7f800000 | ((rest & 0x3ff) << 13);
      else bits = sign | reinterpret<u32>(reinterpret<f32>(rest << 13) * reinterpret<f32>(0x77800000));
    }
    store<u32>(target + i * F32, bits);
  }
}

/** Whether all `count` f32 values are finite. */
export function allFinite(source: usize, count: usize): bool {
  const exponent = i32x4.splat(0x7f800000);
  let bad = i32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    bad = v128.or(bad, i32x4.eq(v128.and(v128.load(source + i * F32), exponent), exponent));
  }
  for (; i < count; i++) {
    if ((load<u32>(source + i * F32) & 0x7f800000) == 0x7f800000) return false;
  }
  return !v128.any_true(bad);
}

/** Sum of products of two f32 vectors, in f64. */
export function dot(a: usize, b: usize, count: usize): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const a0 = f64x2.promote_low_f32x4(v128.load64_zero(a + i * F32));
    const b0 = f64x2.promote_low_f32x4(v128.load64_zero(b + i * F32));
    const a1 = f64x2.promote_low_f32x4(v128.load64_zero(a + i * F32, 8));
    const b1 = f64x2.promote_low_f32x4(v128.load64_zero(b + i * F32, 8));
    sum0 = f64x2.add(sum0, f64x2.mul(a0, b0));
    sum1 = f64x2.add(sum1, f64x2.mul(a1, b1));
  }
  sum0 = f64x2.add(sum0, sum1);
  let sum = f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1);
  for (; i < count; i++) sum += <f64>load<f32>(a + i * F32) * <f64>load<f32>(b + i * F32);
  return sum;
}

/** target[i] = factor * source[i], computed in f64 and rounded to f32. */
export function scale(source: usize, count: usize, factor: f64, target: usize): void {
  const wide = f64x2.splat(factor);
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) {
    const value = f64x2.mul(wide, f64x2.promote_low_f32x4(v128.load64_zero(source + i * F32)));
    v128.store64_lane(target + i * F32, f32x4.demote_f64x2_zero(value), 0);
  }
  for (; i < count; i++) {
    store<f32>(target + i * F32, <f32>(factor * <f64>load<f32>(source + i * F32)));
  }
}

/** Copies a `rows` x `width` f32 block between matrices whose rows are `sourceLd` and `targetLd` values apart. */
export function copyBlock(source: usize, sourceLd: usize, rows: usize, width: usize, target: usize, targetLd: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const from = source + row * sourceLd * F32;
    const to = target + row * targetLd * F32;
    let i: usize = 0;
    for (; i + 4 <= width; i += 4) v128.store(to + i * F32, v128.load(from + i * F32));
    for (; i < width; i++) store<f32>(to + i * F32, load<f32>(from + i * F32));
  }
}

/** Rows of B (rows x rank, f32) into columns [0, rank) of a panel. */
export function packRows(source: usize, rows: usize, rank: usize, panel: usize, ld: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const from = source + row * rank * F32;
    const to = panel + row * ld * F64;
    let j: usize = 0;
    for (; j + 2 <= rank; j += 2) {
      v128.store(to + j * F64, f64x2.promote_low_f32x4(v128.load64_zero(from + j * F32)));
    }
    if (j < rank) store<f64>(to + j * F64, <f64>load<f32>(from + j * F32));
  }
}

/** `rows` columns of A (rank x width, f32) into columns [0, rank) of a panel, transposed. */
export function packColumns(source: usize, rows: usize, rank: usize, width: usize, panel: usize, ld: usize): void {
  let j: usize = 0;
  for (; j + 2 <= rank; j += 2) {
    const upper = source + j * width * F32;
    const lower = upper + width * F32;
    let to = panel + j * F64;
    let row: usize = 0;
    for (; row + 2 <= rows; row += 2) {
      const a = f64x2.promote_low_f32x4(v128.load64_zero(upper + row * F32));
      const b = f64x2.promote_low_f32x4(v128.load64_zero(lower + row * F32));
      v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(to + ld * F64, v128.shuffle<f64>(a, b, 1, 3));
      to += 2 * ld * F64;
    }
    if (row < rows) {
      store<f64>(to, <f64>load<f32>(upper + row * F32));
      store<f64>(to, <f64>load<f32>(lower + row * F32), F64);
    }
  }
  if (j < rank) {
    for (let row: usize = 0; row < rows; row++) {
      store<f64>(panel + (row * ld + j) * F64, <f64>load<f32>(source + (j * width + row) * F32));
    }
  }
}

/** A panel's first `rank` columns to rows of B (rows x rank, f32). */
export function unpackRows(panel: usize, ld: usize, rows: usize, rank: usize, target: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let j: usize = 0; j < rank; j++) {
      store<f32>(target + (row * rank + j) * F32, <f32>load<f64>(panel + (row * ld + j) * F64));
    }
  }
}

/** A panel's first `rank` columns to `rows` columns of A (rank x width, f32), transposed. */
export function unpackColumns(panel: usize, ld: usize, rows: usize, rank: usize, target: usize, width: usize): void {
  for (let j: usize = 0; j < rank; j++) {
    for (let row: usize = 0; row < rows; row++) {
      store<f32>(target + (j * width + row) * F32, <f32>load<f64>(panel + (row * ld + j) * F64));
    }
  }
}

/**
 * A 4 x 4 tile of C (+)= X Y over `depth` terms, kept in eight registers. Element (i, p) of X lies at
 * x + i * xRow + p * xStep (bytes); row p of Y at y + p * yStep.
 */
// @ts-ignore: decorator
@inline
function tile(depth: usize, x: usize, xRow: usize, xStep: usize, y: usize, yStep: usize, c: usize, cRow: usize, add: bool): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0);
  const x2 = x + 2 * xRow;
  let offset: usize = 0;
  for (let p: usize = 0; p < depth; p++) {
    const y0 = v128.load(y);
    const y1 = v128.load(y, 16);
    const a = v128.load64_splat(x + offset);
    c00 = f64x2.add(c00, f64x2.mul(a, y0));
    c01 = f64x2.add(c01, f64x2.mul(a, y1));
    const b = v128.load64_splat(x + xRow + offset);
    c10 = f64x2.add(c10, f64x2.mul(b, y0));
    c11 = f64x2.add(c11, f64x2.mul(b, y1));
    const d = v128.load64_splat(x2 + offset);
    c20 = f64x2.add(c20, f64x2.mul(d, y0));
    c21 = f64x2.add(c21, f64x2.mul(d, y1));
    const e = v128.load64_splat(x2 + xRow + offset);
    c30 = f64x2.add(c30, f64x2.mul(e, y0));
    c31 = f64x2.add(c31, f64x2.mul(e, y1));
    y += yStep;
    offset += xStep;
  }
  if (add) {
    c00 = f64x2.add(c00, v128.load(c));
    c01 = f64x2.add(c01, v128.load(c, 16));
    c10 = f64x2.add(c10, v128.load(c + cRow));
    c11 = f64x2.add(c11, v128.load(c + cRow, 16));
    c20 = f64x2.add(c20, v128.load(c + 2 * cRow));
    c21 = f64x2.add(c21, v128.load(c + 2 * cRow, 16));
    c30 = f64x2.add(c30, v128.load(c + 3 * cRow));
    c31 = f64x2.add(c31, v128.load(c + 3 * cRow, 16));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + cRow, c10);
  v128.store(c + cRow, c11, 16);
  v128.store(c + 2 * cRow, c20);
  v128.store(c + 2 * cRow, c21, 16);
  v128.store(c + 3 * cRow, c30);
  v128.store(c + 3 * cRow, c31, 16);
}

/** Adds panel^T panel to the upper 4 x 4 tiles of `gram` (ld x ld); `mirror` fills the rest at the end. */
export function gram(panel: usize, rows: usize, ld: usize, gram: usize): void {
  const step = ld * F64;
  for (let i: usize = 0; i < ld; i += 4) {
    for (let j: usize = i; j < ld; j += 4) {
      tile(rows, panel + i * F64, F64, step, panel + j * F64, step, gram + (i * ld + j) * F64, step, true);
    }
  }
}

/** Copies the upper triangle of a square f64 matrix to the lower. */
export function mirror(matrix: usize, ld: usize): void {
  for (let i: usize = 1; i < ld; i++) {
    for (let j: usize = 0; j < i; j++) {
      store<f64>(matrix + (i * ld + j) * F64, load<f64>(matrix + (j * ld + i) * F64));
    }
  }
}

/**
 * C = X Y in f64 with X (rows x depth), or its transpose when `xTransposed`, Y (depth x columns).
 * Rows and columns are multiples of 4; ld's are in values.
 */
export function multiply(rows: usize, columns: usize, depth: usize, x: usize, xLd: usize, xTransposed: bool, y: usize, yLd: usize, c: usize, cLd: usize): void {
  const xRow = (xTransposed ? <usize>1 : xLd) * F64;
  const xStep = (xTransposed ? xLd : <usize>1) * F64;
  for (let j: usize = 0; j < columns; j += 4) {
    for (let i: usize = 0; i < rows; i += 4) {
      tile(depth, x + i * xRow, xRow, xStep, y + j * F64, yLd * F64, c + (i * cLd + j) * F64, cLd * F64, false);
    }
  }
}
