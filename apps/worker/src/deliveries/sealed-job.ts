import type { JobForWork } from "@trainchain/db/work";
import { type Address, adapterContext, type SealedJob } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { fetchUnsealed } from "./seal-file.ts";
import { slotOf } from "./slot-of.ts";

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
  const slot = slotOf(found, contributor);
  await fetchUnsealed(deps, {
    cid: adapterCid,
    context: adapterContext({ ...sealedJob(deps, found), slot, contributor: contributor as Address }),
    path,
    maxBytes: deps.maxAdapterBytes,
  });
}
