import { kernelsWasm } from "./kernels-wasm.ts";

/** A byte offset into the kernels' memory. */
export type Pointer = number;

/** What ../wasm/kernels.as and ../wasm/eigen.as export; their comments are the reference. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  widenHalf(source: Pointer, count: number, kind: number, target: Pointer): void;
  allFinite(source: Pointer, count: number): number;
  dot(a: Pointer, b: Pointer, count: number): number;
  scale(source: Pointer, count: number, factor: number, target: Pointer): number;
  copyBlock(
    source: Pointer,
    sourceLd: number,
    rows: number,
    width: number,
    target: Pointer,
    targetLd: number,
  ): number;
  packRows(source: Pointer, rows: number, rank: number, panel: Pointer, height: number, column: number): void;
  packColumns(
    source: Pointer,
    rows: number,
    rank: number,
    width: number,
    panel: Pointer,
    height: number,
    column: number,
  ): void;
  gram(panel: Pointer, rows: number, height: number, ld: number, gram: Pointer): void;
  project(
    panel: Pointer,
    rows: number,
    height: number,
    depth: number,
    weights: Pointer,
    columns: number,
    rank: number,
    target: Pointer,
    rowStep: number,
    columnStep: number,
    scratch: Pointer,
  ): void;
  mirror(matrix: Pointer, ld: number): void;
  multiply(
    rows: number,
    columns: number,
    depth: number,
    x: Pointer,
    xLd: number,
    y: Pointer,
    yLd: number,
    c: Pointer,
    cLd: number,
  ): void;
  sandwich(
    g: Pointer,
    l: Pointer,
    size: number,
    ld: number,
    isLower: boolean,
    product: Pointer,
    result: Pointer,
  ): void;
  cholesky(a: Pointer, n: number, ld: number, factor: Pointer, share: number): number;
  eigenvalues(
    a: Pointer,
    n: number,
    ld: number,
    d: Pointer,
    work: Pointer,
    rotations: Pointer,
    capacity: number,
  ): number;
  eigenvectors(
    a: Pointer,
    n: number,
    ld: number,
    work: Pointer,
    rotations: Pointer,
    made: number,
    z: Pointer,
    zLd: number,
  ): void;
}

export interface Kernels extends Exports {
  /** `bytes` bytes of any content, aligned to 16, until the next `release`. Views made before may be detached by it. */
  reserve(bytes: number): Pointer;
  /** The same, zeroed. */
  allocate(bytes: number): Pointer;
  /** Everything allocated so far is free again. */
  release(): void;
  f64(pointer: Pointer, count: number): Float64Array<ArrayBuffer>;
  f32(pointer: Pointer, count: number): Float32Array<ArrayBuffer>;
  bytes(pointer: Pointer, count: number): Uint8Array<ArrayBuffer>;
}

const pageBytes = 65_536;
/** Address 0 stays free, so that a forgotten pointer never looks like a good one. */
const heapStart = 1024;

/** A fresh instance of the WASM kernels with its own memory, which grows to the largest module and stays. */
export function loadKernels(): Kernels {
  const wasm = Uint8Array.from(atob(kernelsWasm.replaceAll("\n", "")), (char) => char.charCodeAt(0));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    env: {
      abort: () => {
        throw new Error("kernel aborted");
      },
    },
  });
  const exports = instance.exports as unknown as Exports;
  const { memory } = exports;
  let next = heapStart;
  const reserve = (bytes: number) => {
    const pointer = next;
    next += Math.ceil(bytes / 16) * 16;
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    return pointer;
  };
  return {
    ...exports,
    reserve,
    allocate(bytes) {
      const pointer = reserve(bytes);
      new Uint8Array(memory.buffer, pointer, next - pointer).fill(0);
      return pointer;
    },
    release() {
      next = heapStart;
    },
    f64: (pointer, count) => new Float64Array(memory.buffer as ArrayBuffer, pointer, count),
    f32: (pointer, count) => new Float32Array(memory.buffer as ArrayBuffer, pointer, count),
    bytes: (pointer, count) => new Uint8Array(memory.buffer as ArrayBuffer, pointer, count),
  };
}
