/**
 * The hot loops of @trainchain/lora, in AssemblyScript; `node packages/lora/wasm/compile.ts` compiles them.
 *
 * All pointers are byte offsets into the module's memory. A factor is seen as a tall matrix of `rank` columns:
 * B (out x r) as it is stored, A (r x in) through its transpose. Blocks of its rows are widened to f64 into a
 * "panel", on which Grams and projections are plain products. A panel holds its columns in groups of four, one
 * group after the other (`height` rows of four values each), so that every inner loop reads memory in order.
 * Only ordinary SIMD is used: relaxed fused multiply-adds differ between machines.
 */

const F64: usize = 8;
const F32: usize = 4;

/** IEEE half or bfloat16 words to f32, exactly. `kind`: 0 = F16, 1 = BF16. */
export function widenHalf(source: usize, count: usize, kind: i32, target: usize): void {
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const half = v128.load16x4_u(source + i * 2);
    v128.store(target + i * F32, kind == 0 ? widen(half) : i32x4.shl(half, 16));
  }
  for (; i < count; i++) {
    const half = i32x4.splat(<i32>load<u16>(source + i * 2));
    v128.store32_lane(target + i * F32, kind == 0 ? widen(half) : i32x4.shl(half, 16), 0);
  }
}

/** Four halves in 32-bit lanes: exponent and fraction moved into place, times 2^112; infinity and NaN kept. */
// @ts-ignore: decorator
@inline
function widen(half: v128): v128 {
  const sign = i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16);
  const rest = v128.and(half, i32x4.splat(0x7fff));
  const finite = f32x4.mul(i32x4.shl(rest, 13), i32x4.splat(0x77800000));
  const other = v128.or(i32x4.splat(0x7f800000), i32x4.shl(v128.and(rest, i32x4.splat(0x3ff)), 13));
  return v128.or(sign, v128.bitselect(other, finite, i32x4.ge_s(rest, i32x4.splat(0x7c00))));
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

/** target[i] = factor * source[i], computed in f64 and rounded to f32. Returns whether every source is finite. */
export function scale(source: usize, count: usize, factor: f64, target: usize): bool {
  const exponent = i32x4.splat(0x7f800000);
  const wide = f64x2.splat(factor);
  let bad = i32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(source + i * F32);
    bad = v128.or(bad, i32x4.eq(v128.and(four, exponent), exponent));
    const low = f32x4.demote_f64x2_zero(f64x2.mul(wide, f64x2.promote_low_f32x4(four)));
    const high = f32x4.demote_f64x2_zero(f64x2.mul(wide, f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 1))));
    v128.store(target + i * F32, v128.shuffle<f64>(low, high, 0, 2));
  }
  let finite = !v128.any_true(bad);
  for (; i < count; i++) {
    const value = load<f32>(source + i * F32);
    finite = finite && (reinterpret<u32>(value) & 0x7f800000) != 0x7f800000;
    store<f32>(target + i * F32, <f32>(factor * <f64>value));
  }
  return finite;
}

/**
 * Copies a `rows` x `width` f32 block between matrices whose rows are `sourceLd` and `targetLd` values apart.
 * Returns whether every value is finite.
 */
export function copyBlock(source: usize, sourceLd: usize, rows: usize, width: usize, target: usize, targetLd: usize): bool {
  const exponent = i32x4.splat(0x7f800000);
  let bad = i32x4.splat(0);
  let finite = true;
  for (let row: usize = 0; row < rows; row++) {
    const from = source + row * sourceLd * F32;
    const to = target + row * targetLd * F32;
    let i: usize = 0;
    for (; i + 4 <= width; i += 4) {
      const four = v128.load(from + i * F32);
      bad = v128.or(bad, i32x4.eq(v128.and(four, exponent), exponent));
      v128.store(to + i * F32, four);
    }
    for (; i < width; i++) {
      const bits = load<u32>(from + i * F32);
      finite = finite && (bits & 0x7f800000) != 0x7f800000;
      store<u32>(to + i * F32, bits);
    }
  }
  return finite && !v128.any_true(bad);
}

/** Where value (row, column) of a panel lies. */
// @ts-ignore: decorator
@inline
function inPanel(panel: usize, height: usize, row: usize, column: usize): usize {
  return panel + (((column >> 2) * height + row) * 4 + (column & 3)) * F64;
}

/** Widens four f32 values to four f64 at `target`. */
// @ts-ignore: decorator
@inline
function storeWide(four: v128, target: usize): void {
  v128.store(target, f64x2.promote_low_f32x4(four));
  v128.store(target, f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 1)), 16);
}

/** Rows of B (rows x rank, f32) into columns [column, column + rank) of a panel. */
export function packRows(source: usize, rows: usize, rank: usize, panel: usize, height: usize, column: usize): void {
  const whole = (column & 3) == 0 ? rank & ~3 : 0;
  for (let j: usize = 0; j < whole; j += 4) {
    let to = inPanel(panel, height, 0, column + j);
    let from = source + j * F32;
    for (let row: usize = 0; row < rows; row++) {
      storeWide(v128.load(from), to);
      from += rank * F32;
      to += 4 * F64;
    }
  }
  for (let j = whole; j < rank; j++) {
    for (let row: usize = 0; row < rows; row++) {
      store<f64>(inPanel(panel, height, row, column + j), <f64>load<f32>(source + (row * rank + j) * F32));
    }
  }
}

/** `rows` columns of A (rank x width, f32) into columns [column, column + rank) of a panel, transposed. */
export function packColumns(source: usize, rows: usize, rank: usize, width: usize, panel: usize, height: usize, column: usize): void {
  const whole = (column & 3) == 0 ? rank & ~3 : 0;
  const step = width * F32;
  for (let j: usize = 0; j < whole; j += 4) {
    let to = inPanel(panel, height, 0, column + j);
    let from = source + j * step;
    let row: usize = 0;
    for (; row + 4 <= rows; row += 4) {
      const a = v128.load(from);
      const b = v128.load(from + step);
      const c = v128.load(from + 2 * step);
      const d = v128.load(from + 3 * step);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      storeWide(v128.shuffle<f64>(ab, cd, 0, 2), to);
      storeWide(v128.shuffle<f64>(ab, cd, 1, 3), to + 4 * F64);
      const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      storeWide(v128.shuffle<f64>(abHigh, cdHigh, 0, 2), to + 8 * F64);
      storeWide(v128.shuffle<f64>(abHigh, cdHigh, 1, 3), to + 12 * F64);
      from += 4 * F32;
      to += 16 * F64;
    }
    for (; row < rows; row++) {
      for (let lane: usize = 0; lane < 4; lane++) store<f64>(to + lane * F64, <f64>load<f32>(from + lane * step));
      from += F32;
      to += 4 * F64;
    }
  }
  for (let j = whole; j < rank; j++) {
    for (let row: usize = 0; row < rows; row++) {
      store<f64>(inPanel(panel, height, row, column + j), <f64>load<f32>(source + (j * width + row) * F32));
    }
  }
}

/**
 * A 4 x 4 tile of C = X Y over `depth` terms, kept in eight registers. Element (i, p) of X lies at
 * x + i * xRow + p * xStep (bytes); row p of Y at y + p * yStep.
 */
// @ts-ignore: decorator
@inline
function tile(depth: usize, x: usize, xRow: usize, xStep: usize, y: usize, yStep: usize, c: usize, cRow: usize): void {
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
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + cRow, c10);
  v128.store(c + cRow, c11, 16);
  v128.store(c + 2 * cRow, c20);
  v128.store(c + 2 * cRow, c21, 16);
  v128.store(c + 3 * cRow, c30);
  v128.store(c + 3 * cRow, c31, 16);
}

/** Adds X^T Y of two column groups of a panel (rows x 4 each, contiguous) to the 4 x 4 tile at `c`. */
// @ts-ignore: decorator
@inline
function gramTile(rows: usize, x: usize, y: usize, c: usize, cRow: usize): void {
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  let c10 = v128.load(c + cRow), c11 = v128.load(c + cRow, 16);
  let c20 = v128.load(c + 2 * cRow), c21 = v128.load(c + 2 * cRow, 16);
  let c30 = v128.load(c + 3 * cRow), c31 = v128.load(c + 3 * cRow, 16);
  const end = x + rows * 4 * F64;
  while (x < end) {
    const y0 = v128.load(y);
    const y1 = v128.load(y, 16);
    const a = v128.load64_splat(x);
    c00 = f64x2.add(c00, f64x2.mul(a, y0));
    c01 = f64x2.add(c01, f64x2.mul(a, y1));
    const b = v128.load64_splat(x, 8);
    c10 = f64x2.add(c10, f64x2.mul(b, y0));
    c11 = f64x2.add(c11, f64x2.mul(b, y1));
    const d = v128.load64_splat(x, 16);
    c20 = f64x2.add(c20, f64x2.mul(d, y0));
    c21 = f64x2.add(c21, f64x2.mul(d, y1));
    const e = v128.load64_splat(x, 24);
    c30 = f64x2.add(c30, f64x2.mul(e, y0));
    c31 = f64x2.add(c31, f64x2.mul(e, y1));
    x += 4 * F64;
    y += 4 * F64;
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
export function gram(panel: usize, rows: usize, height: usize, ld: usize, gram: usize): void {
  const group = height * 4 * F64;
  for (let i: usize = 0; i < ld; i += 4) {
    const x = panel + (i >> 2) * group;
    for (let j: usize = i; j < ld; j += 4) {
      gramTile(rows, x, panel + (j >> 2) * group, gram + (i * ld + j) * F64, ld * F64);
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

/** C = X Y in f64 with X (rows x depth) and Y (depth x columns). Rows and columns are multiples of 4; ld's are in values. */
export function multiply(rows: usize, columns: usize, depth: usize, x: usize, xLd: usize, y: usize, yLd: usize, c: usize, cLd: usize): void {
  for (let j: usize = 0; j < columns; j += 4) {
    for (let i: usize = 0; i < rows; i += 4) {
      tile(depth, x + i * xLd * F64, xLd * F64, F64, y + j * F64, yLd * F64, c + (i * cLd + j) * F64, cLd * F64);
    }
  }
}

/**
 * L^T G L of symmetric `g` (ld x ld) and L (size rows) into `result`, both of its triangles; a lower triangular L is
 * taken at half the work. `product` (ld x ld) is scratch.
 */
export function sandwich(g: usize, l: usize, size: usize, ld: usize, isLower: bool, product: usize, result: usize): void {
  const row = ld * F64;
  for (let j: usize = 0; j < ld; j += 4) {
    const first = isLower ? j : 0;
    const column = first * row + j * F64;
    for (let i: usize = 0; i < ld; i += 4) {
      tile(size - first, g + i * row + first * F64, row, F64, l + column, row, product + i * row + j * F64, row);
    }
  }
  for (let i: usize = 0; i < ld; i += 4) {
    const first = isLower ? i : 0;
    for (let j: usize = i; j < ld; j += 4) {
      const x = l + first * row + i * F64;
      tile(size - first, x, F64, row, product + first * row + j * F64, row, result + i * row + j * F64, row);
    }
  }
  mirror(result, ld);
}

/**
 * Four rows of a panel times four columns of `weights` (depth x columns, f64) into the 4 x 4 tile at `c`;
 * depth is a multiple of 4.
 */
// @ts-ignore: decorator
@inline
function projectTile(depth: usize, x: usize, group: usize, weights: usize, step: usize, c: usize): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0);
  for (let p: usize = 0; p < depth; p += 4) {
    for (let at = x; at < x + 4 * F64; at += F64) {
      const y0 = v128.load(weights);
      const y1 = v128.load(weights, 16);
      const a = v128.load64_splat(at);
      c00 = f64x2.add(c00, f64x2.mul(a, y0));
      c01 = f64x2.add(c01, f64x2.mul(a, y1));
      const b = v128.load64_splat(at, 32);
      c10 = f64x2.add(c10, f64x2.mul(b, y0));
      c11 = f64x2.add(c11, f64x2.mul(b, y1));
      const d = v128.load64_splat(at, 64);
      c20 = f64x2.add(c20, f64x2.mul(d, y0));
      c21 = f64x2.add(c21, f64x2.mul(d, y1));
      const e = v128.load64_splat(at, 96);
      c30 = f64x2.add(c30, f64x2.mul(e, y0));
      c31 = f64x2.add(c31, f64x2.mul(e, y1));
      weights += step;
    }
    x += group;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c10, 32);
  v128.store(c, c11, 48);
  v128.store(c, c20, 64);
  v128.store(c, c21, 80);
  v128.store(c, c30, 96);
  v128.store(c, c31, 112);
}

/**
 * A panel times `weights` (depth x columns, f64), rounded to f32. Value (i, j) goes to
 * target + i * rowStep + j * columnStep (bytes); only the first `rows` and `rank` are written. Depth and columns are
 * multiples of 4, `scratch` holds 16 f64, and the panel's rows up to the next multiple of 4 are readable.
 */
export function project(panel: usize, rows: usize, height: usize, depth: usize, weights: usize, columns: usize, rank: usize, target: usize, rowStep: usize, columnStep: usize, scratch: usize): void {
  const group = height * 4 * F64;
  for (let i: usize = 0; i < rows; i += 4) {
    const tall = min<usize>(4, rows - i);
    for (let j: usize = 0; j < rank; j += 4) {
      projectTile(depth, panel + i * 4 * F64, group, weights + j * F64, columns * F64, scratch);
      const wide = min<usize>(4, rank - j);
      for (let r: usize = 0; r < tall; r++) {
        let to = target + (i + r) * rowStep + j * columnStep;
        for (let q: usize = 0; q < wide; q++) {
          store<f32>(to, <f32>load<f64>(scratch + (r * 4 + q) * F64));
          to += columnStep;
        }
      }
    }
  }
}
