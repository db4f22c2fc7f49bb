/**
 * Symmetric eigendecomposition: Householder tridiagonalisation, then QL with implicit shifts (Bowdler, Martin,
 * Reinsch, Wilkinson, "The QR and QL algorithms for symmetric matrices", Handbook for Automatic Computation II,
 * 1971; EISPACK tred2 and tql2), with every inner loop along a row.
 * The rotations of QL are kept, and applied afterwards to as many eigenvectors as are wanted.
 */

const F64: usize = 8;

// @ts-ignore: decorator
@inline
function dotRow(a: usize, b: usize, count: usize): f64 {
  let sum = f64x2.splat(0);
  let more = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(a + i * F64), v128.load(b + i * F64)));
    more = f64x2.add(more, f64x2.mul(v128.load(a + i * F64, 16), v128.load(b + i * F64, 16)));
  }
  sum = f64x2.add(sum, more);
  for (; i + 2 <= count; i += 2) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(a + i * F64), v128.load(b + i * F64)));
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if (i < count) total += load<f64>(a + i * F64) * load<f64>(b + i * F64);
  return total;
}

// @ts-ignore: decorator
@inline
function addRow(target: usize, factor: f64, source: usize, count: usize): void {
  const wide = f64x2.splat(factor);
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) {
    v128.store(target + i * F64, f64x2.add(v128.load(target + i * F64), f64x2.mul(wide, v128.load(source + i * F64))));
  }
  if (i < count) store<f64>(target + i * F64, load<f64>(target + i * F64) + factor * load<f64>(source + i * F64));
}

/**
 * Cholesky's lower factor of symmetric `a` (n x n, row length ld), row by row (Golub and Van Loan, Matrix
 * Computations, 4.2). Returns false where a pivot is at most `share` of its diagonal.
 */
export function cholesky(a: usize, n: usize, ld: usize, factor: usize, share: f64): bool {
  const row = ld * F64;
  for (let i: usize = 0; i < n; i++) {
    const li = factor + i * row;
    for (let j: usize = 0; j < i; j++) {
      const lj = factor + j * row;
      const rest = load<f64>(a + i * row + j * F64) - dotRow(li, lj, j);
      store<f64>(li + j * F64, rest / load<f64>(lj + j * F64));
    }
    const diagonal = load<f64>(a + i * row + i * F64);
    const pivot = diagonal - dotRow(li, li, i);
    if (!(pivot > share * diagonal)) return false;
    store<f64>(li + i * F64, sqrt<f64>(pivot));
  }
  return true;
}

/** Rows p and p+1 of z rotated: (p, q) -> (c p - s q, s p + c q). */
// @ts-ignore: decorator
@inline
function rotateRows(p: usize, q: usize, count: usize, c: f64, s: f64): void {
  const cc = f64x2.splat(c);
  const ss = f64x2.splat(s);
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) {
    const a = v128.load(p + i * F64);
    const b = v128.load(q + i * F64);
    v128.store(p + i * F64, f64x2.sub(f64x2.mul(cc, a), f64x2.mul(ss, b)));
    v128.store(q + i * F64, f64x2.add(f64x2.mul(ss, a), f64x2.mul(cc, b)));
  }
  if (i < count) {
    const a = load<f64>(p + i * F64);
    const b = load<f64>(q + i * F64);
    store<f64>(p + i * F64, c * a - s * b);
    store<f64>(q + i * F64, s * a + c * b);
  }
}

/**
 * Reduces symmetric `a` (n x n, row length ld) to tridiagonal form: diagonal in d, subdiagonal in e (e[0..n-1)).
 * `a` is overwritten: the vector of reflector k stays in row k, from column k + 1; its factor is in beta[k]. `p` holds n.
 */
function tridiagonalise(a: usize, n: usize, ld: usize, d: usize, e: usize, beta: usize, p: usize): void {
  const row = ld * F64;
  for (let k: usize = 0; k + 2 < n; k++) {
    const v = a + k * row + (k + 1) * F64;
    const m = n - k - 1;
    store<f64>(d + k * F64, load<f64>(a + k * row + k * F64));
    const first = load<f64>(v);
    const rest = dotRow(v + F64, v + F64, m - 1);
    if (rest == 0) {
      store<f64>(e + k * F64, first);
      store<f64>(beta + k * F64, 0);
      continue;
    }
    const norm = sqrt<f64>(first * first + rest);
    const alpha = first > 0 ? -norm : norm;
    store<f64>(e + k * F64, alpha);
    store<f64>(v, first - alpha);
    const b = 1 / (norm * (norm + abs<f64>(first)));
    store<f64>(beta + k * F64, b);
    const corner = a + (k + 1) * row + (k + 1) * F64;
    for (let i: usize = 0; i < m; i++) store<f64>(p + i * F64, b * dotRow(corner + i * row, v, m));
    addRow(p, -0.5 * b * dotRow(p, v, m), v, m);
    for (let i: usize = 0; i < m; i++) {
      addRow(corner + i * row, -load<f64>(v + i * F64), p, m);
      addRow(corner + i * row, -load<f64>(p + i * F64), v, m);
    }
  }
  for (let k = n > 2 ? n - 2 : 0; k < n; k++) {
    store<f64>(d + k * F64, load<f64>(a + k * row + k * F64));
    if (k + 1 < n) store<f64>(e + k * F64, load<f64>(a + k * row + (k + 1) * F64));
  }
}

/**
 * Eigenvalues of symmetric `a` into d, in no set order. A subdiagonal entry counts as zero against the size of the
 * whole matrix, so eigenvalues are accurate to rounding of the largest. `a` and `work` (3 ld values) are left as
 * `eigenvectors` needs them; so is the list of `rotations`, 3 values each.
 * Returns how many rotations were made; -1 when an eigenvalue has not converged in 60 sweeps or there were more
 * rotations than `capacity`, which no finite matrix has been seen to need of n^2.
 */
export function eigenvalues(a: usize, n: usize, ld: usize, d: usize, work: usize, rotations: usize, capacity: i32): i32 {
  const e = work;
  tridiagonalise(a, n, ld, d, e, work + ld * F64, work + 2 * ld * F64);
  if (n > 0) store<f64>(e + (n - 1) * F64, 0);
  let size: f64 = 0;
  for (let i: usize = 0; i < n; i++) size = max(size, abs<f64>(load<f64>(d + i * F64)) + abs<f64>(load<f64>(e + i * F64)));
  const negligible = f64.EPSILON * size;
  let made = 0;
  for (let l: usize = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m + 1 < n && abs<f64>(load<f64>(e + m * F64)) > negligible) m++;
      if (m == l) break;
      if (step == 60 || made + <i32>(m - l) > capacity) return -1;
      made += sweep(l, m, d, e, rotations + made * 3 * F64);
    }
  }
  return made;
}

/**
 * One implicit QL sweep on the unreduced block [l, m]; it ends early where a rotation vanishes. Returns how many
 * rotations it made; each is written as c, s and its upper row.
 */
function sweep(l: usize, m: usize, d: usize, e: usize, rotations: usize): i32 {
  const dl = load<f64>(d + l * F64);
  const el = load<f64>(e + l * F64);
  let g = (load<f64>(d + (l + 1) * F64) - dl) / (2 * el);
  const r0 = sqrt<f64>(g * g + 1);
  g = load<f64>(d + m * F64) - dl + el / (g + (g >= 0 ? r0 : -r0));
  let s: f64 = 1, c: f64 = 1, p: f64 = 0;
  let made = 0;
  for (let i = <isize>m - 1; i >= <isize>l; i--) {
    const f = s * load<f64>(e + i * F64);
    const b = c * load<f64>(e + i * F64);
    const r = sqrt<f64>(f * f + g * g);
    store<f64>(e + (i + 1) * F64, r);
    if (r == 0) {
      store<f64>(d + (i + 1) * F64, load<f64>(d + (i + 1) * F64) - p);
      store<f64>(e + m * F64, 0);
      return made;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(d + (i + 1) * F64) - p;
    const t = (load<f64>(d + i * F64) - g) * s + 2 * c * b;
    p = s * t;
    store<f64>(d + (i + 1) * F64, g + p);
    g = c * t - b;
    store<f64>(rotations, c);
    store<f64>(rotations, s, 8);
    store<f64>(rotations, <f64>i, 16);
    rotations += 3 * F64;
    made++;
  }
  store<f64>(d + l * F64, load<f64>(d + l * F64) - p);
  store<f64>(e + l * F64, g);
  store<f64>(e + m * F64, 0);
  return made;
}

/**
 * Turns columns of the identity, which the caller wrote into z (n rows of zLd values, zLd at most ld), into the
 * eigenvectors of the same numbers: column e_j becomes that of d[j]. The other arguments are as `eigenvalues` left
 * them. Backwards through the rotations, then through the reflectors: the work is that of the wanted columns alone.
 */
export function eigenvectors(a: usize, n: usize, ld: usize, work: usize, rotations: usize, made: i32, z: usize, zLd: usize): void {
  const row = zLd * F64;
  for (let at = rotations + (made - 1) * 3 * F64; made > 0; made--) {
    const upper = z + <usize>load<f64>(at, 16) * row;
    rotateRows(upper, upper + row, zLd, load<f64>(at), -load<f64>(at, 8));
    at -= 3 * F64;
  }
  const beta = work + ld * F64;
  const sum = work;
  for (let k = <isize>n - 3; k >= 0; k--) {
    const b = load<f64>(beta + k * F64);
    if (b == 0) continue;
    const v = a + (k * ld + k + 1) * F64;
    const below = z + (k + 1) * row;
    const m = n - k - 1;
    memory.fill(sum, 0, row);
    for (let i: usize = 0; i < m; i++) addRow(sum, load<f64>(v + i * F64), below + i * row, zLd);
    for (let i: usize = 0; i < m; i++) addRow(below + i * row, -b * load<f64>(v + i * F64), sum, zLd);
  }
}
