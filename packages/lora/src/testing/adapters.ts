import { readFileSync, writeFileSync } from "node:fs";
import { bytesSource } from "../byte-source.ts";
import { type AdaptedModule, adapterLayout, loraAKey, loraBKey } from "../layout.ts";
import { readSafetensorsHeader } from "../safetensors-read.ts";
import { planSafetensors } from "../safetensors-write.ts";
import { normals } from "./random.ts";

/** An adapter in memory: each module's A (rank x in) and B (out x rank), row-major. */
export interface DenseAdapter {
  readonly rank: number;
  readonly alpha: number;
  readonly factors: ReadonlyMap<string, { a: Float32Array; b: Float32Array }>;
}

/** Normal factors; each B has a size of its own, so that the singular values differ. */
export function randomAdapter(
  modules: readonly AdaptedModule[],
  rank: number,
  alpha: number,
  seed: number,
): DenseAdapter {
  const normal = normals(seed);
  const factors = modules.map(({ path, inFeatures, outFeatures }) => {
    const a = Float32Array.from({ length: rank * inFeatures }, () => normal() / Math.sqrt(inFeatures));
    const b = Float32Array.from(
      { length: outFeatures * rank },
      (_, i) => (normal() * 0.1) / (1 + (i % rank)),
    );
    return [path, { a, b }] as const;
  });
  return { rank, alpha, factors: new Map(factors) };
}

/** The adapter as a safetensors file of F32. */
export function adapterBytes(
  modules: readonly AdaptedModule[],
  { rank, factors }: DenseAdapter,
): Uint8Array<ArrayBuffer> {
  const sorted = adapterLayout(modules, rank).modules;
  const plan = planSafetensors(
    sorted.flatMap(({ path, inFeatures, outFeatures }) => [
      { name: loraAKey(path), shape: [rank, inFeatures] },
      { name: loraBKey(path), shape: [outFeatures, rank] },
    ]),
  );
  const bytes = new Uint8Array(plan.sizeBytes);
  bytes.set(plan.head);
  for (const [i, { path }] of sorted.entries()) {
    const { a, b } = factors.get(path)!;
    new Float32Array(bytes.buffer, plan.offsets[2 * i], a.length).set(a);
    new Float32Array(bytes.buffer, plan.offsets[2 * i + 1], b.length).set(b);
  }
  return bytes;
}

export function writeAdapter(path: string, modules: readonly AdaptedModule[], adapter: DenseAdapter): void {
  writeFileSync(path, adapterBytes(modules, adapter));
}

/** A merged adapter as written: alpha equals rank. */
export async function readAdapter(path: string, rank: number): Promise<DenseAdapter> {
  const bytes = new Uint8Array(readFileSync(path));
  const factors = new Map<string, { a: Float32Array; b: Float32Array }>();
  for (const { name, offset, sizeBytes } of (await readSafetensorsHeader(bytesSource(bytes))).tensors) {
    const path = name.replace("base_model.model.", "").replace(/\.lora_[AB]\.weight$/, "");
    const pair = factors.get(path) ?? { a: new Float32Array(), b: new Float32Array() };
    pair[name.endsWith("lora_A.weight") ? "a" : "b"] = new Float32Array(bytes.buffer, offset, sizeBytes / 4);
    factors.set(path, pair);
  }
  return { rank, alpha: rank, factors };
}
