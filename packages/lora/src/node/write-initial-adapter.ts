import { open } from "node:fs/promises";
import { initialA } from "../initial-adapter.ts";
import { type AdaptedModule, adapterLayout, loraAKey, loraBKey } from "../layout.ts";
import { planSafetensors } from "../safetensors-write.ts";

/** Writes the adapter that every contributor of a job starts from (A drawn from the seed, B zero), as F32. */
export async function writeInitialAdapter(
  path: string,
  { seed, modules, rank }: { seed: number; modules: readonly AdaptedModule[]; rank: number },
): Promise<void> {
  const sorted = adapterLayout(modules, rank).modules;
  const plan = planSafetensors(
    sorted.flatMap(({ path, inFeatures, outFeatures }) => [
      { name: loraAKey(path), shape: [rank, inFeatures] },
      { name: loraBKey(path), shape: [outFeatures, rank] },
    ]),
  );
  const file = await open(path, "w");
  try {
    await file.truncate(plan.sizeBytes);
    await file.write(plan.head, 0, plan.head.length, 0);
    for (const [i, module] of sorted.entries()) {
      const bytes = new Uint8Array(initialA(seed, module, rank).buffer);
      await file.write(bytes, 0, bytes.length, plan.offsets[2 * i]);
    }
  } finally {
    await file.close();
  }
}
