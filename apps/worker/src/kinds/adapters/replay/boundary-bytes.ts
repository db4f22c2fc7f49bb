import { type AdaptedModule, adapterLayout } from "@trainchain/lora";

/** A name of 200 characters, shape, type and place, in a safetensors header. */
const entryBytes = 300;

/**
 * The most bytes of a boundary's file: each of the adapter's values and its two moments as F32, and a header that tells
 * of each tensor.
 */
export function boundaryBytesOf(modules: readonly AdaptedModule[], rank: number): number {
  const { parameters } = adapterLayout(modules, rank);
  const tensors = 3 * 2 * modules.length;
  return 3 * 4 * parameters + tensors * entryBytes + 4_096;
}
