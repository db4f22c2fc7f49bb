import { stat } from "node:fs/promises";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { reachOf, replayPlanOf, truncateAddress } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import type { CommittedTraining } from "../../deliveries/committed-training.ts";
import type { Verdict } from "../../deliveries/record-verdict.ts";
import { sealedToSlot, unsealed } from "../../deliveries/sealed-to-slot.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { OpenedDelivery } from "../kind-work.ts";
import { adapterTerms } from "./adapter-terms.ts";
import { examineAdapters } from "./examine-adapters.ts";
import { readCommitment } from "./replay/read-commitment.ts";
import { placeStart } from "./round-start.ts";
import { shardsOfSlots } from "./shards-of-slots.ts";
import { trainingUses } from "./training-uses.ts";

/** The checks that need no other adapter. Those that compare adapters are made when all are in (concludeJob). */
const ownChecks = new Set<string>(["safetensors", "same-start", "optimizer-reach"]);

/** Checks one adapter by itself: well-formed, from this job's start, as far from it as training goes. */
export async function verifyAdapter(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { contributor, adapterCid, path }: OpenedDelivery,
  dir: string,
): Promise<Verdict & { committed?: CommittedTraining }> {
  const shard = (await shardsOfSlots(deps, found)).get(contributor);
  if (typeof shard !== "number")
    return { contributor, adapterCid, checks: [unsealed("No part of the data was given to this wallet.")] };
  const { spec } = found.prepared;
  const terms = await adapterTerms(deps, found);
  const reach = reachOf(spec, shard);
  const input = { name: truncateAddress(contributor), file: path, alpha: terms.alpha, reach };
  const [own] = await examineAdapters(terms, [input], await placeStart(deps, found, terms, dir));
  const checks = [sealedToSlot, ...(own?.checks ?? []).filter(({ check }) => ownChecks.has(check))];
  const plan = replayPlanOf(spec, shard);
  const segmentUses = trainingUses(spec, terms.modules) / (plan?.segments ?? 1);
  const isSound = checks.every(({ verdict }) => verdict !== "failed");
  const committed = plan && isSound ? await readCommitment(path, { ...plan, segmentUses }) : undefined;
  const refusal = committed && "check" in committed ? committed : undefined;
  return {
    contributor,
    adapterCid,
    checks: [...checks, ...(refusal ? [refusal] : [])],
    ...(committed && "root" in committed ? { committed } : {}),
    adapterSha256: await sha256OfFile(path),
    sizeBytes: (await stat(path)).size,
  };
}
