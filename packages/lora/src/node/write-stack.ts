import { type FileHandle, open } from "node:fs/promises";
import { notFinite } from "../adapter-error.ts";
import { type Kernels, loadKernels, type Pointer } from "../kernels.ts";
import type { AdaptedModule, ModuleTensors } from "../layout.ts";
import type { Share } from "../merge-module.ts";
import type { TensorInfo } from "../safetensors-read.ts";
import type { AdapterFile } from "./adapter-file.ts";

export interface StackInputs {
  readonly modules: readonly AdaptedModule[];
  readonly adapters: readonly AdapterFile[];
  readonly shares: readonly Share[];
}

/** Modules on their way at once: one is read and scaled while the other is written. More only wait for each other. */
const inFlight = 2;

/** One module's memory: its tensors as they are read, one of them widened, and the stack. */
interface Slot {
  readonly read: Pointer;
  readonly wide: Pointer;
  readonly stack: Pointer;
}

/** Where and for whom the stack is written. */
export interface StackTarget {
  /** alpha / rank with which the stack will be loaded. */
  readonly scale: number;
  /** Where each module's A begins in the file; its B follows. */
  readonly offsets: readonly { readonly a: number }[];
}

/**
 * Writes the exact sum of the adapters as their stack, B = [B_1 … B_N] and A = [p_1 s_1 A_1; …]: a copy of the bytes
 * but for the factor on A, so the disk sets the pace and threads of our own would only be started for nothing.
 * @throws AdapterError when a value is NaN or infinite
 */
export async function writeStack(out: FileHandle, inputs: StackInputs, target: StackTarget): Promise<void> {
  const { modules, adapters } = inputs;
  const kernels = loadKernels();
  const slots = Array.from({ length: Math.min(inFlight, modules.length) }, () =>
    allocateSlot(kernels, inputs),
  );
  const files = await settled(adapters.map(({ path }) => open(path, "r")));
  let next = 0;
  // One write at a time: the system locks the file for each, and threads that wait for the lock burn their time.
  let written = Promise.resolve();
  const work = async (slot: Slot) => {
    while (next < modules.length) {
      const index = next++;
      try {
        await readModule(kernels, slot, inputs, files, index);
        const sizeBytes = stackModule(kernels, slot, inputs, index, target.scale);
        written = written.then(() =>
          writeFully(out, kernels.bytes(slot.stack, sizeBytes), target.offsets[index]!.a),
        );
        await written;
      } catch (error) {
        next = modules.length;
        throw error;
      }
    }
  };
  try {
    await settled(slots.map(work));
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

function allocateSlot(kernels: Kernels, { modules, adapters }: StackInputs): Slot {
  const rank = rankOf(adapters);
  const most = (sizeOf: (module: AdaptedModule, index: number) => number) => Math.max(...modules.map(sizeOf));
  const read = most((_, index) => adapters.reduce((sum, { tensors }) => sum + bytesOf(tensors[index]!), 0));
  const wide = most((module) => 4 * Math.max(module.inFeatures, module.outFeatures) * rank);
  const stack = most((module) => 4 * (module.inFeatures + module.outFeatures) * rank);
  const halves = adapters.some(({ tensors }) =>
    tensors.some(({ a, b }) => a.dtype !== "F32" || b.dtype !== "F32"),
  );
  return {
    read: kernels.reserve(read),
    wide: halves ? kernels.reserve(wide) : 0,
    stack: kernels.reserve(stack),
  };
}

const rankOf = (adapters: readonly AdapterFile[]) => adapters.reduce((sum, { rank }) => sum + rank, 0);
const bytesOf = ({ a, b }: ModuleTensors) => a.sizeBytes + b.sizeBytes;

/** Every adapter's A and B of one module, one after the other from `slot.read` on. */
async function readModule(
  kernels: Kernels,
  slot: Slot,
  { adapters }: StackInputs,
  files: readonly FileHandle[],
  index: number,
): Promise<void> {
  let at = slot.read;
  const reads = adapters.flatMap(({ tensors }, i) => {
    const { a, b } = tensors[index]!;
    const target = kernels.bytes(at, bytesOf(tensors[index]!));
    at += target.length;
    if (b.offset === a.offset + a.sizeBytes) return [readFully(files[i]!, target, a.offset)];
    return [
      readFully(files[i]!, target.subarray(0, a.sizeBytes), a.offset),
      readFully(files[i]!, target.subarray(a.sizeBytes), b.offset),
    ];
  });
  await settled(reads);
}

/** Stacks the module that was read. @returns the stack's size in bytes */
function stackModule(
  kernels: Kernels,
  slot: Slot,
  inputs: StackInputs,
  index: number,
  loadedScale: number,
): number {
  const { inFeatures, outFeatures } = inputs.modules[index]!;
  const rank = rankOf(inputs.adapters);
  const stackedB = slot.stack + rank * inFeatures * 4;
  let [at, column] = [slot.read, 0];
  for (const [i, adapter] of inputs.adapters.entries()) {
    const { a, b } = adapter.tensors[index]!;
    const { weight, scale } = inputs.shares[i]!;
    const sizeA = adapter.rank * inFeatures;
    const wideA = widened(kernels, slot, at, a, sizeA);
    const finiteA = kernels.scale(
      wideA,
      sizeA,
      (weight * scale) / loadedScale,
      slot.stack + column * inFeatures * 4,
    );
    const wideB = widened(kernels, slot, at + a.sizeBytes, b, adapter.rank * outFeatures);
    const target = stackedB + column * 4;
    const finiteB = kernels.copyBlock(wideB, adapter.rank, outFeatures, adapter.rank, target, rank);
    if (!finiteA || !finiteB) throw notFinite(finiteA ? b.name : a.name, adapter.path);
    at += bytesOf(adapter.tensors[index]!);
    column += adapter.rank;
  }
  return rank * (inFeatures + outFeatures) * 4;
}

function widened(kernels: Kernels, slot: Slot, at: Pointer, { dtype }: TensorInfo, count: number): Pointer {
  if (dtype === "F32") return at;
  kernels.widenHalf(at, count, dtype === "F16" ? 0 : 1, slot.wide);
  return slot.wide;
}

/** All of them, or the first failure once none is under way any more. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

async function readFully(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new RangeError(`an adapter file ended at byte ${position + done}`);
    done += bytesRead;
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
