import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { adapterConfig } from "@trainchain/lora";
import { adapterTerms } from "../../../apps/worker/src/kinds/adapters/adapter-terms.ts";
import type { GatheredAdapter } from "../../../apps/worker/src/kinds/adapters/gather-adapters.ts";
import { fetchShard, mostRows } from "../../../apps/worker/src/kinds/adapters/hear-alike.ts";
import { measureAdapters } from "../../../apps/worker/src/kinds/adapters/measure-adapters.ts";
import { measureOnHoldout } from "../../../apps/worker/src/kinds/adapters/measure-job.ts";
import { placeStart } from "../../../apps/worker/src/kinds/adapters/round-start.ts";
import { withTempDir } from "../../../apps/worker/src/with-temp-dir.ts";
import type { Delivery } from "./deliver.ts";
import type { Listed } from "./judge.ts";
import { walletOf } from "./open-market.ts";

/** Measures deliveries on the held-out rows and on their own, all in one process each: what is asked again is known then. */
export async function measureBefore({ deps, found }: Listed, deliveries: readonly Delivery[]): Promise<void> {
  const { evaluator } = deps;
  if (!evaluator) throw new Error("nothing is measured without an evaluator");
  const terms = await adapterTerms(deps, found);
  const config = {
    ...adapterConfig({ baseModel: found.prepared.modelName, ...terms }),
    lora_alpha: terms.alpha,
  };
  for (const { folder } of deliveries)
    await writeFile(join(folder, "adapter_config.json"), JSON.stringify(config));
  const measurable = ({ folder, slot }: Delivery) => ({
    folder,
    contributor: walletOf(slot),
    adapterCid: "",
  });
  await withTempDir(deps.tempDir, async (dir) => {
    const start = await placeStart(deps, found, terms, dir);
    const adapters = deliveries.map(measurable) as GatheredAdapter[];
    await measureOnHoldout(deps, found, { adapters, start, dir });
    for (const [slot, own] of Map.groupBy(deliveries, (one) => one.slot)) {
      const { cid, sizeBytes } = found.prepared.shardAssignments[slot]!;
      const laid = { shard: slot, shardCid: cid, shardBytes: sizeBytes };
      const rows = await fetchShard(deps, found, laid, join(dir, `own-${slot}.jsonl`));
      const measuring = { rows, mostRows, adapters: own.map(measurable), start: start.folder };
      await measureAdapters(deps, evaluator, found, measuring);
    }
  });
}
