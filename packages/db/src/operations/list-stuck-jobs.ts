import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { failedQueue } from "../queue/queues.ts";

/** What is known of an open job, or of a draft, on which nothing moves. */
export interface StuckFacts {
  /** The job's number, or null for a draft. */
  jobId: string | null;
  draftId: string | null;
  /** What ought to have happened, as the chain's clock and the deliveries say. */
  awaited:
    | "preparation"
    | "release"
    | "verification"
    | "completion"
    | "expiry"
    | "transaction"
    | "task"
    | "failure";
  sinceSeconds: number;
  /** The task or transaction concerned, and how it failed last. */
  subject: string | null;
  error: string | null;
}

/**
 * Drafts and open jobs for which the platform has owed a move for longer than `graceSeconds`. `chainTime` is the time
 * of the newest block: deadlines are the chain's.
 */
export async function listStuckJobs(
  db: Executor,
  {
    escrow,
    chainTime,
    graceSeconds,
    limit = 500,
  }: { escrow: string; chainTime: Date; graceSeconds: number; limit?: number },
): Promise<StuckFacts[]> {
  const now = sql`${chainTime.toISOString()}::timestamptz`;
  const { rows } = await db.execute<Record<keyof StuckFacts, string | null>>(sql`
    with stuck as (
      select null::bigint as job_id, drafts.id as draft_id, 'preparation' as awaited, drafts.created_at as since,
        'shard-dataset/' || drafts.id as subject, null as error
      from drafts left join preparations on preparations.draft_id = drafts.id
      where drafts.round = 1 and drafts.deleted_at is null and coalesce(preparations.status, 'preparing') = 'preparing'
      union all
      select slots.job_id, null, 'release', slots.deadline + (now() - ${now}), 'slot of ' || slots.contributor, null
      from slots join jobs using (escrow, job_id)
      where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open' and slots.status = 'accepted' and slots.deadline < ${now}
      union all
      select submission.job_id, null, 'verification', submission.submitted_at + (now() - ${now}),
        'delivery of ' || submission.contributor, null
      from contributor_submissions submission join jobs using (escrow, job_id)
      where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open' and submission.status = 'submitted'
        and not exists (select from adapter_verifications verdict
          where verdict.escrow = submission.escrow and verdict.job_id = submission.job_id
            and verdict.contributor = submission.contributor and verdict.adapter_cid = submission.adapter_cid)
      union all
      select jobs.job_id, null, case when jobs.slots_submitted >= jobs.min_contributors then 'completion' else 'expiry' end,
        case when jobs.slots_submitted >= jobs.max_contributors
          then coalesce((select max(submitted_at) from contributor_submissions submission
            where submission.escrow = jobs.escrow and submission.job_id = jobs.job_id), jobs.created_at)
          else least(jobs.accept_by, finish.asked_at) end + (now() - ${now}), null, null
      from jobs left join early_finishes finish using (escrow, job_id)
      where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open'
        and (jobs.slots_submitted >= jobs.max_contributors or jobs.accept_by <= ${now}
          or (finish.asked_at is not null and jobs.slots_submitted >= jobs.min_contributors))
        and not exists (select from slots where slots.escrow = jobs.escrow and slots.job_id = jobs.job_id
          and slots.status = 'accepted')
      union all
      select split_part(purpose, '/', 3)::bigint, null, 'transaction', transactions.created_at, purpose,
        coalesce(transactions.error->>'message', case when transactions.status = 'sent' then 'sent, not mined yet'
          when transactions.status = 'queued' then 'not sent yet' else transactions.status end)
      from transactions join jobs
        on jobs.escrow = split_part(purpose, '/', 2) and jobs.job_id::text = split_part(purpose, '/', 3)
      where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open'
        and transactions.status in ('queued', 'sent', 'refused', 'reverted')
      union all
      select jobs.job_id, null, case when task.name = ${failedQueue} then 'failure' else 'task' end,
        coalesce(task.source_created_on, task.created_on), task.singleton_key,
        coalesce(task.source_output, task.output)->>'message'
      from pgboss.job task join jobs on jobs.escrow = split_part(task.singleton_key, '/', 2)
        and jobs.job_id::text = split_part(task.singleton_key, '/', 3)
      where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open' and (task.state = 'retry' or task.name = ${failedQueue})
    )
    select job_id as "jobId", draft_id as "draftId", awaited, subject, error,
      extract(epoch from now() - since) as "sinceSeconds"
    from stuck
    where since < now() - make_interval(secs => ${graceSeconds})
    order by since
    limit ${limit}`);
  return rows.map((row) => ({ ...row, sinceSeconds: Math.round(Number(row.sinceSeconds)) }) as StuckFacts);
}
