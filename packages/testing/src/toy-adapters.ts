import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type AdaptedModule,
  adapterLayout,
  initialA,
  loraAKey,
  loraBKey,
  modulesOfLlamaLike,
  planSafetensors,
} from "@trainchain/lora";

const config = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
};

export const toyModules: readonly AdaptedModule[] = modulesOfLlamaLike(config);

/** A folder with the one file of a base model that decides its adapters' shapes. */
export async function writeToyModel(dir: string): Promise<void> {
  await writeFile(join(dir, "config.json"), JSON.stringify(config));
  await writeFile(join(dir, "chat_template.jinja"), "{{ messages }}");
}

/** An adapter as honest training leaves it: A near the job's start, B random; `size` scales the update. */
export function toyAdapter({
  jobSeed,
  rank,
  noiseSeed,
  size = 1,
  modules: adapted = toyModules,
}: {
  jobSeed: number;
  rank: number;
  noiseSeed: number;
  size?: number;
  /** Of another base model than the toy. */
  modules?: readonly AdaptedModule[];
}): Uint8Array {
  const random = createRandom(noiseSeed);
  const { modules } = adapterLayout(adapted, rank);
  const plan = planSafetensors(
    modules.flatMap(({ path, inFeatures, outFeatures }) => [
      { name: loraAKey(path), shape: [rank, inFeatures] },
      { name: loraBKey(path), shape: [outFeatures, rank] },
    ]),
  );
  const bytes = new Uint8Array(plan.sizeBytes);
  bytes.set(plan.head);
  const view = new DataView(bytes.buffer);
  const write = (offset: number, values: Iterable<number>) => {
    let at = offset;
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  };
  for (const [index, module] of modules.entries()) {
    const a = initialA(jobSeed, module, rank).map((value) => value + 0.02 * random());
    const b = Array.from({ length: module.outFeatures * rank }, () => 0.05 * size * random());
    write(plan.offsets[2 * index] ?? 0, a);
    write(plan.offsets[2 * index + 1] ?? 0, b);
  }
  return bytes;
}

/** An adapter as honest training of a later round leaves it: every value of the round's start, a little moved. */
export function toyAdapterFrom(start: Uint8Array, noiseSeed: number): Uint8Array {
  const random = createRandom(noiseSeed);
  return changed(start, (value) => value + 0.02 * random());
}

/** Another's adapter with each value of B, which lies as far from its start as it is large, changed by up to `size` of it. */
export function noisyCopy(original: Uint8Array, size: number): Uint8Array {
  const random = createRandom(1);
  return byFactor(original, (value, isA) => (isA ? value : value * (1 + size * random())));
}

/** The same adapter with a note in its file's metadata: well-formed, and told apart by whoever reads its bytes. */
export function withNote(adapter: Uint8Array, note: string): Uint8Array {
  const view = new DataView(adapter.buffer, adapter.byteOffset, adapter.byteLength);
  const dataAt = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(adapter.subarray(8, dataAt)));
  const text = JSON.stringify({ ...header, __metadata__: { note } });
  // Tensors are aligned to their values.
  const head = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + head.length + adapter.length - dataAt);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  bytes.set(adapter.subarray(dataAt), 8 + head.length);
  return bytes;
}

/** The same update with A multiplied by `factor` and B divided by it. */
export function rebalanced(adapter: Uint8Array, factor: number): Uint8Array {
  return byFactor(adapter, (value, isA) => (isA ? value * factor : value / factor));
}

function byFactor(adapter: Uint8Array, change: (value: number, isA: boolean) => number): Uint8Array {
  const bytes = adapter.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataAt = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__: _, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, dataAt)));
  for (const [name, tensor] of Object.entries(header)) {
    const [begin, end] = (tensor as { data_offsets: [number, number] }).data_offsets;
    for (let at = dataAt + begin; at < dataAt + end; at += 4)
      view.setFloat32(at, change(view.getFloat32(at, true), name.includes("lora_A")), true);
  }
  return bytes;
}

function changed(adapter: Uint8Array, change: (value: number) => number): Uint8Array {
  const bytes = adapter.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = 8 + Number(view.getBigUint64(0, true));
  for (let at = head; at < bytes.length; at += 4)
    view.setFloat32(at, change(view.getFloat32(at, true)), true);
  return bytes;
}

/** Numbers in [-1, 1) from a linear congruential generator (Numerical Recipes): the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
