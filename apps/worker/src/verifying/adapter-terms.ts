import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { JobForWork, LlmJobForWork } from "@trainchain/db/work";
import type { AdaptedModule } from "@trainchain/lora";
import { type Address, adapterContext, type SealedJob } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { pathOfModel } from "../path-of-model.ts";
import { fetchUnsealed } from "../seal-file.ts";
import { modulesOfModel } from "./modules-of-model.ts";

/** What a job asks of every adapter. */
export interface AdapterTerms {
  modules: AdaptedModule[];
  rank: number;
  alpha: number;
  seed: number;
}

export async function adapterTerms(deps: WorkerDeps, { prepared }: LlmJobForWork): Promise<AdapterTerms> {
  const { spec, modelName } = prepared;
  const { rank, alpha, seed } = spec.lora;
  return { modules: await modulesOfModel(pathOfModel(deps, modelName)), rank, alpha, seed };
}

/** What the keys of a job's adapters and result are bound to. */
export function sealedJob({ chainId, escrow }: WorkerDeps, { job }: JobForWork): SealedJob {
  return { chainId, contract: escrow, jobId: job.jobId };
}

/** Fetches one contributor's adapter in the clear. */
export async function fetchAdapter(
  deps: WorkerDeps,
  found: JobForWork,
  { contributor, adapterCid }: { contributor: string; adapterCid: string },
  path: string,
): Promise<void> {
  const slot = found.slots.find((taken) => taken.contributor === contributor)?.slot ?? 0;
  await fetchUnsealed(deps, {
    cid: adapterCid,
    context: adapterContext({ ...sealedJob(deps, found), slot, contributor: contributor as Address }),
    path,
    maxBytes: deps.maxAdapterBytes,
  });
}

/** sha256 (hexadecimal) of a file. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}
