import type { Replay } from "@trainchain/db/replays";
import type { JobForWork } from "@trainchain/db/work";
import type { CheckResult } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { recordVerdict } from "./record-verdict.ts";

/** Gives a delivery its verdict: the checks before the draw, and what came of it, which is written down already. */
export async function recordReplayed(
  deps: WorkerDeps,
  found: JobForWork,
  { contributor, adapterCid, adapterSha256, sizeBytes, checks }: Replay,
  check: CheckResult,
): Promise<void> {
  const verdict = { contributor, adapterCid, adapterSha256, sizeBytes, checks: [...checks, check] };
  const accepted = await recordVerdict(deps, found, verdict);
  deps.log.info({ jobId: found.job.jobId, contributor, accepted, checks: verdict.checks }, "verified");
}
