import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts, jobs, llmFinetuneJobs } from "../schema/index.ts";
import { isShown } from "./is-shown.ts";

/** Where one of a requester's requests is to be found, and its place in the list. */
export interface RequestKey {
  type: "draft" | "job";
  /** Draft id, or `<escrow>/<job id padded to 20 digits>`. */
  key: string;
  createdAt: Date;
}

/** A requester's drafts that are not on chain yet and its jobs, together, newest first, after the given one. */
export async function listRequests(
  db: Executor,
  {
    requester,
    escrow,
    after,
    limit,
  }: { requester: string; escrow: string; after: Omit<RequestKey, "type"> | undefined; limit: number },
): Promise<RequestKey[]> {
  const place = after
    ? sql`where (created_at, key) < (${after.createdAt.toISOString()}::timestamptz, ${after.key})`
    : sql``;
  const { rows } = await db.execute<{ type: "draft" | "job"; key: string; created_at: string | Date }>(sql`
    select type, key, created_at from (
      select 'draft' as type, ${drafts.id} as key, ${drafts.createdAt} as created_at
      from ${drafts}
      left join ${llmFinetuneJobs} on ${llmFinetuneJobs.draftId} = ${drafts.id}
      where ${drafts.requester} = ${requester} and ${drafts.deletedAt} is null and ${isShown} and not exists (
        select 1 from ${jobs} where ${jobs.specCid} = ${llmFinetuneJobs.specCid}
          and ${jobs.requester} = ${requester} and ${jobs.escrow} = ${escrow})
      union all
      select 'job', ${jobs.escrow} || '/' || lpad(${jobs.jobId}::text, 20, '0'), ${jobs.createdAt}
      from ${jobs} where ${jobs.requester} = ${requester}
    ) as requests
    ${place}
    order by created_at desc, key desc
    limit ${limit}`);
  return rows.map((row) => ({ type: row.type, key: row.key, createdAt: new Date(row.created_at) }));
}
