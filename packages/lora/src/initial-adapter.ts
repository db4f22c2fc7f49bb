import { shake128 } from "@noble/hashes/sha3.js";
import type { AdaptedModule } from "./layout.ts";

/**
 * The A (rank x inFeatures, row-major) from which every contributor of a job starts; B starts at zero.
 * Words w of SHAKE128("trainchain/a0/v1" 00 decimal seed 00 path), little-endian u32, become
 * (w 2^-31 - 1) / sqrt(inFeatures) in f64, rounded to f32: the range of PEFT's kaiming_uniform(a = sqrt 5).
 * Integer hashing and one f64 expression give the same bytes on every machine, device and library version.
 */
export function initialA(seed: number, module: AdaptedModule, rank: number): Float32Array<ArrayBuffer> {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`seed must be an integer in [0, 2^32), not ${seed}`);
  }
  const count = rank * module.inFeatures;
  const message = new TextEncoder().encode(`trainchain/a0/v1\0${seed}\0${module.path}`);
  const bytes = shake128(message, { dkLen: count * 4 });
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const root = Math.sqrt(module.inFeatures);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = (words.getUint32(i * 4, true) * 2 ** -31 - 1) / root;
  return values;
}
