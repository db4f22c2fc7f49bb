import { listVerdicts } from "@trainchain/db/work";
import type { WorkerDeps } from "../deps.ts";
import type { Submission } from "./fetch-delivery.ts";

/** Whether a delivery has its verdict: one of another CID is none of it. */
export async function isJudged(
  { db }: Pick<WorkerDeps, "db">,
  { contributor, adapterCid, ...key }: Submission,
): Promise<boolean> {
  const verdicts = await listVerdicts(db, key);
  return verdicts.some((verdict) => verdict.contributor === contributor && verdict.adapterCid === adapterCid);
}
