import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { adapterConfig } from "@trainchain/lora";
import { writeInitialAdapter } from "@trainchain/lora/node";
import {
  roundMeanContext,
  roundStartContext,
  type SealedAdapter,
  type SealedJob,
  TrainChainError,
} from "@trainchain/protocol";
import { sealedBytesOf, sha256OfFile } from "@trainchain/storage";
import { fetchUnsealed } from "../../deliveries/seal-file.ts";
import { sealedJob } from "../../deliveries/sealed-job.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { AdapterTerms } from "./adapter-terms.ts";

/** What the contributors of a round started from, on disk. */
export interface RoundStart {
  file: string;
  /** Where it lies, as PEFT can load it; in the first round that changes nothing of the base model. */
  folder: string;
  /** The same folder and the alpha to load it with: of a later round, whose start is an adapter. */
  adapter: { folder: string; alpha: number } | undefined;
}

/** Lays down what this job's contributors started from: drawn from its seed, or made by the job before it. */
export async function placeStart(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  terms: AdapterTerms,
  dir: string,
): Promise<RoundStart> {
  const folder = join(dir, "start");
  const file = join(folder, "adapter_model.safetensors");
  await mkdir(folder);
  const config = adapterConfig({ baseModel: found.prepared.modelName, ...terms });
  await writeFile(join(folder, "adapter_config.json"), JSON.stringify(config));
  const previous = previousJob(deps, found);
  const start = found.prepared.spec.series?.start;
  if (!previous || !start) {
    await writeInitialAdapter(file, terms);
    return { file, folder, adapter: undefined };
  }
  await fetchOwn(deps, start, roundStartContext(previous), file);
  return { file, folder, adapter: { folder, alpha: terms.alpha } };
}

/** The previous round's mean on disk; undefined in the first. */
export async function placeLastMean(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  dir: string,
): Promise<string | undefined> {
  const previous = previousJob(deps, found);
  const lastMean = found.prepared.spec.series?.lastMean;
  if (!previous || !lastMean) return undefined;
  const file = join(dir, "last-mean.safetensors");
  await fetchOwn(deps, lastMean, roundMeanContext(previous), file);
  return file;
}

function previousJob(deps: WorkerDeps, found: AdapterJobForWork): SealedJob | undefined {
  const { previousJobId = null } = found.prepared.spec.series ?? {};
  return previousJobId === null ? undefined : { ...sealedJob(deps, found), jobId: BigInt(previousJobId) };
}

/** Fetches what this platform stored itself, which must be what the spec says that it is. */
async function fetchOwn(
  deps: WorkerDeps,
  { cid, sha256, sizeBytes }: SealedAdapter,
  context: string,
  path: string,
): Promise<void> {
  await fetchUnsealed(deps, { cid, context, path, maxBytes: sealedBytesOf(sizeBytes) });
  if ((await sha256OfFile(path)) !== sha256)
    throw new TrainChainError("internal", `${cid} does not hold the adapter that its job's spec names`);
}
