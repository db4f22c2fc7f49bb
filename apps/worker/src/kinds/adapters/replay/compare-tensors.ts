import { readSafetensorsHeader, type TensorInfo } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";

/** How the tensors of one safetensors file lie in another, which may hold more. */
export interface Comparison {
  /** ‖other − one‖ / ‖one‖ over all of them together. */
  distance: number;
  /** The largest absolute value of what the other holds besides. */
  besides: number;
}

/**
 * Compares the tensors of a file, all of F32, with those of the same names in another.
 * @returns undefined where they are not there in the same shapes
 * @throws AdapterError where a file is no safetensors file
 */
export async function compareTensors(file: string, other: string): Promise<Comparison | undefined> {
  return withFileSource(file, (one) =>
    withFileSource(other, async (two) => {
      const [{ tensors }, { tensors: others }] = [
        await readSafetensorsHeader(one),
        await readSafetensorsHeader(two),
      ];
      const left = new Map(others.map((tensor) => [tensor.name, tensor]));
      const [sums, valuesOf] = [{ apart: 0, size: 0, besides: 0 }, floatsIn];
      for (const tensor of tensors) {
        const match = left.get(tensor.name);
        if (!match || !isAlike(tensor, match)) return undefined;
        left.delete(tensor.name);
        const a = valuesOf(await one.read(tensor.offset, tensor.sizeBytes));
        const b = valuesOf(await two.read(match.offset, match.sizeBytes));
        for (let i = 0; i < a.length; i++) {
          sums.apart += (b[i]! - a[i]!) ** 2;
          sums.size += a[i]! ** 2;
        }
      }
      for (const { dtype, offset, sizeBytes } of left.values()) {
        if (dtype !== "F32") return undefined;
        for (const value of valuesOf(await two.read(offset, sizeBytes)))
          sums.besides = Math.max(sums.besides, Math.abs(value));
      }
      return { distance: Math.sqrt(sums.apart / (sums.size || 1)), besides: sums.besides };
    }),
  );
}

function isAlike(one: TensorInfo, other: TensorInfo): boolean {
  return one.dtype === "F32" && other.dtype === "F32" && one.shape.join() === other.shape.join();
}

/** Little-endian, as every machine that this runs on is. */
function floatsIn(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
