import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { adapterConfig } from "@trainchain/lora";
import { TrainChainError } from "@trainchain/protocol";
import { fetchDelivery } from "../../deliveries/fetch-delivery.ts";
import type { Verdict } from "../../deliveries/record-verdict.ts";
import { slotOf } from "../../deliveries/slot-of.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { AdapterTerms } from "./adapter-terms.ts";
import { shardsOfSlots } from "./shards-of-slots.ts";

/** An accepted delivery on disk: a folder that PEFT can load. */
export interface GatheredAdapter {
  contributor: string;
  slot: number;
  /** The shard it was trained on: the slot's, but for a later round of a series. */
  shard: number;
  adapterCid: string;
  /** Rows of the shard it was trained on: its weight in the merge. */
  rows: number;
  shardCid: string;
  shardBytes: number;
  folder: string;
  file: string;
}

export interface GatheredAdapters {
  adapters: GatheredAdapter[];
  /** Verdicts on deliveries that cannot be opened any more. */
  refused: Verdict[];
}

/**
 * Fetches all deliveries of a job in the order of their submission. The configuration beside each comes from the
 * job, never from its contributor.
 */
export async function gatherAdapters(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  terms: AdapterTerms,
  dir: string,
): Promise<GatheredAdapters> {
  const delivered = found.submissions.filter(({ status }) => status === "submitted");
  const shards = await shardsOfSlots(deps, found);
  const adapters: GatheredAdapter[] = [];
  const refused: Verdict[] = [];
  for (const submission of delivered) {
    const { contributor, adapterCid } = submission;
    const slot = slotOf(found, contributor);
    const index = shards.get(contributor);
    const shard = found.prepared.shardAssignments.find((assigned) => assigned.slot === index);
    if (!shard)
      throw new TrainChainError(
        "internal",
        `job ${found.job.jobId} has no shard for slot ${slot} of ${contributor}`,
      );
    const folder = join(dir, `adapter-${slot}`);
    const file = join(folder, "adapter_model.safetensors");
    await mkdir(folder);
    const failure = await fetchDelivery(deps, found, submission, file);
    if (failure) {
      refused.push({ contributor, adapterCid, checks: [failure] });
      continue;
    }
    const config = {
      ...adapterConfig({ baseModel: found.prepared.modelName, ...terms }),
      lora_alpha: terms.alpha,
    };
    await writeFile(join(folder, "adapter_config.json"), JSON.stringify(config));
    adapters.push({
      contributor,
      slot,
      shard: shard.slot,
      adapterCid,
      rows: shard.rows,
      shardCid: shard.cid,
      shardBytes: shard.sizeBytes,
      folder,
      file,
    });
  }
  return { adapters, refused };
}
