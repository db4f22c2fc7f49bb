import { sql } from "drizzle-orm";
import type { Executor, Transaction } from "./connect.ts";
import { adapterVerifications, aggregations, llmFinetuneJobs, uploads } from "./schema/index.ts";
import { isStandingJob } from "./standing-jobs.ts";

/** What is left out of account: a draft or an upload that is about to be forgotten. */
export interface Except {
  draftId?: string;
  uploadId?: string;
}

/** The tables in which the platform names content that it has stored. */
function ours(cid: string, { draftId = "", uploadId = "" }: Except) {
  const shard = JSON.stringify([{ cid }]);
  const { draftId: draft, specCid, holdoutCid, shardAssignments, spec, contentRemovedAt } = llmFinetuneJobs;
  const isStored = sql`${draft} <> ${draftId} and ${contentRemovedAt} is null`;
  return sql`
    exists (select from ${uploads} where ${uploads.cid} = ${cid} and ${uploads.id} <> ${uploadId})
    or exists (select from ${llmFinetuneJobs} where ${specCid} = ${cid} and ${draft} <> ${draftId})
    or exists (select from ${llmFinetuneJobs} where ${holdoutCid} = ${cid} and ${isStored})
    or exists (select from ${llmFinetuneJobs} where ${shardAssignments} @> ${shard}::jsonb and ${isStored})
    or exists (select from ${llmFinetuneJobs} where ${spec} #>> '{series,start,cid}' = ${cid} and ${isStored})
    or exists (select from ${adapterVerifications} where ${adapterVerifications.reasonCid} = ${cid})
    or exists (select from ${aggregations} where ${aggregations.resultCid} = ${cid})
    or exists (select from ${aggregations} where ${aggregations.bundleCid} = ${cid})`;
}

/**
 * Whether the platform has stored this content: an uploaded adapter, a job's spec, holdout, shards and start, the
 * reason of a verdict, or a result. A CID that only the chain names is anybody's.
 */
export async function isContentOfOurs(db: Executor, cid: string): Promise<boolean> {
  const [found] = await db.select({ is: sql<boolean>`${ours(cid, {})}` }).from(sql`(select) as nothing`);
  return found?.is ?? false;
}

/** Whether anything but `except` needs the content: of ours, or as a delivery to a job of ours or its spec. */
export async function isContentUsed(db: Executor, cid: string, except: Except): Promise<boolean> {
  const [found] = await db
    .select({
      is: sql<boolean>`${ours(cid, except)}
        or exists (select from contributor_submissions join jobs using (escrow, job_id)
          where adapter_cid = ${cid} and ${isStandingJob()})
        or exists (select from jobs where spec_cid = ${cid} and jobs.own)`,
    })
    .from(sql`(select) as nothing`);
  return found?.is ?? false;
}

/** Keeps everybody who would store or remove this content waiting until the transaction ends. */
export async function lockContent(tx: Transaction, cid: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`trainchain/content/${cid}`}, 0))`);
}
