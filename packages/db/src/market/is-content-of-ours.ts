import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { adapterVerifications, aggregations, llmFinetuneJobs, uploads } from "../schema/index.ts";

/**
 * Whether the platform has stored this content: an uploaded adapter, a job's spec, holdout, shards and start, the
 * reason of a verdict, or a result. A CID that only the chain names is anybody's.
 */
export async function isContentOfOurs(db: Executor, cid: string): Promise<boolean> {
  const shard = JSON.stringify([{ cid }]);
  const found = await db
    .select({
      is: sql<boolean>`
      exists (select from ${uploads} where ${uploads.cid} = ${cid})
      or exists (select from ${llmFinetuneJobs} where ${llmFinetuneJobs.specCid} = ${cid})
      or exists (select from ${llmFinetuneJobs} where ${llmFinetuneJobs.holdoutCid} = ${cid})
      or exists (select from ${llmFinetuneJobs} where ${llmFinetuneJobs.shardAssignments} @> ${shard}::jsonb)
      or exists (select from ${llmFinetuneJobs} where ${llmFinetuneJobs.spec} #>> '{series,start,cid}' = ${cid})
      or exists (select from ${adapterVerifications} where ${adapterVerifications.reasonCid} = ${cid})
      or exists (select from ${aggregations} where ${aggregations.resultCid} = ${cid})
      or exists (select from ${aggregations} where ${aggregations.bundleCid} = ${cid})`,
    })
    .from(sql`(select) as nothing`);
  return found[0]?.is ?? false;
}
