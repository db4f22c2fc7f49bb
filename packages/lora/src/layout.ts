import { malformed } from "./adapter-error.ts";
import type { SafetensorsHeader, TensorInfo } from "./safetensors-read.ts";

/** A linear layer that an adapter changes: y = W x with W of outFeatures x inFeatures. */
export interface AdaptedModule {
  /** PEFT's name without prefix and suffix: `model.layers.0.self_attn.q_proj`. */
  readonly path: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** Where an adapter of one rank keeps each module's A (rank x in) and B (out x rank). */
export interface AdapterLayout {
  readonly rank: number;
  /** Sorted by path, by code units, so that every party walks them alike. */
  readonly modules: readonly AdaptedModule[];
  /** Values in all tensors together. */
  readonly parameters: number;
}

export const loraAKey = (path: string) => `base_model.model.${path}.lora_A.weight`;
export const loraBKey = (path: string) => `base_model.model.${path}.lora_B.weight`;

/** The layout that a job's modules and rank imply. */
export function adapterLayout(modules: readonly AdaptedModule[], rank: number): AdapterLayout {
  if (!Number.isInteger(rank) || rank < 1)
    throw new RangeError(`rank must be a positive integer, not ${rank}`);
  const sorted = modules.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const parameters = sorted.reduce(
    (sum, { inFeatures, outFeatures }) => sum + rank * (inFeatures + outFeatures),
    0,
  );
  return { rank, modules: sorted, parameters };
}

/** One module's two tensors in a file. */
export interface ModuleTensors {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/**
 * Check 2: the file holds exactly the layout's tensors in exactly their shapes.
 * @returns each module's tensors, in the layout's order
 * @throws AdapterError naming the first missing, misshapen or foreign tensor
 */
export function assertAdapterHeader(layout: AdapterLayout, header: SafetensorsHeader): ModuleTensors[] {
  const byName = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  const found = layout.modules.map(({ path, inFeatures, outFeatures }) => ({
    a: take(byName, loraAKey(path), [layout.rank, inFeatures]),
    b: take(byName, loraBKey(path), [outFeatures, layout.rank]),
  }));
  const [foreign] = byName.keys();
  if (foreign !== undefined) throw malformed(foreignMessage(foreign), { tensor: foreign }, plainLoraFix);
  return found;
}

const plainLoraFix =
  "Train plain LoRA on the job's modules at the job's rank: no DoRA, no bias, no modules_to_save, no other targets.";

function take(tensors: Map<string, TensorInfo>, name: string, shape: readonly number[]): TensorInfo {
  const tensor = tensors.get(name);
  if (tensor === undefined)
    throw malformed(`The adapter lacks the tensor ${name}.`, { tensor: name }, plainLoraFix);
  if (tensor.shape.length !== 2 || tensor.shape.some((size, axis) => size !== shape[axis])) {
    const message = `Tensor ${name} has shape [${tensor.shape}], the job asks for [${shape}].`;
    throw malformed(message, { tensor: name, shape: tensor.shape, expected: shape }, plainLoraFix);
  }
  tensors.delete(name);
  return tensor;
}

function foreignMessage(name: string): string {
  if (name.includes("lora_magnitude")) return `The adapter is a DoRA adapter (tensor ${name}).`;
  if (name.endsWith(".bias")) return `The adapter trains a bias (tensor ${name}).`;
  return `The adapter holds the tensor ${name}, which the job does not have.`;
}
