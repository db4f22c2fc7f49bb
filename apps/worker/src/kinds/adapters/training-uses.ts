import type { AdaptedModule } from "@trainchain/lora";
import { type AdapterJobSpec, rowTokensOf } from "@trainchain/protocol";

/** Parameters of the linear layers that tokens pass through; the embedding is only looked up. */
export function linearParameters(modules: readonly AdaptedModule[]): number {
  return modules.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
}

/** The most uses of a parameter by a token that one contributor's training takes: of the largest shard. */
export function trainingUses(
  spec: Pick<AdapterJobSpec, "kind" | "training" | "dataset">,
  modules: readonly AdaptedModule[],
): number {
  const rows = Math.max(0, ...(spec.dataset.fittingRows ?? []));
  return rows * spec.training.epochs * rowTokensOf(spec) * linearParameters(modules);
}
