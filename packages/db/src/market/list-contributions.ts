import { and, desc, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import {
  chainEvents,
  contributorSubmissions,
  jobs,
  llmFinetuneJobs,
  slots,
  transactions,
} from "../schema/index.ts";
import { ofSlot } from "../schema/of-slot.ts";

/** Why the latest relayed submission of a slot that still waits for one failed, if it did. */
const relayError = sql<{ code: string; message: string; fix?: string } | null>`
  case when ${slots.status} = 'accepted' then (
    select ${transactions.error} from ${transactions}
    where regexp_replace(${transactions.purpose}, '/[^/]*$', '') =
      concat_ws('/', 'submitAdapterBySig', ${slots.escrow}, ${slots.jobId}, ${slots.contributor})
    order by ${transactions.updatedAt} desc
    limit 1
  ) end`;

/** The slot's events, each with the transaction that brought it; the escrow emits each once a slot at most. */
const transactionsByEvent = sql<Record<string, string>>`(
  select coalesce(jsonb_object_agg(${chainEvents.name}, ${chainEvents.transactionHash}), '{}') from ${chainEvents}
  where ${chainEvents.escrow} = ${slots.escrow} and ${chainEvents.jobId} = ${slots.jobId}
    and ${chainEvents.args}->>'contributor' = ${slots.contributor})`;

/** A wallet's slots with their jobs, newest acceptance first, after the given one. */
export async function listContributions(
  db: Executor,
  {
    contributor,
    after,
    limit,
  }: { contributor: string; after: (JobKey & { acceptedAt: Date }) | undefined; limit: number },
) {
  return db
    .select({
      slot: slots,
      job: jobs,
      model: llmFinetuneJobs.modelName,
      adapterCid: contributorSubmissions.adapterCid,
      relayError,
      transactionsByEvent,
    })
    .from(slots)
    .innerJoin(jobs, and(eq(jobs.escrow, slots.escrow), eq(jobs.jobId, slots.jobId)))
    .leftJoin(llmFinetuneJobs, eq(llmFinetuneJobs.specCid, jobs.specCid))
    .leftJoin(contributorSubmissions, ofSlot(contributorSubmissions))
    .where(
      and(
        eq(slots.contributor, contributor),
        after &&
          sql`(${slots.acceptedAt}, ${slots.jobId}, ${slots.escrow}) < (${after.acceptedAt.toISOString()}, ${after.jobId.toString()}, ${after.escrow})`,
      ),
    )
    .orderBy(desc(slots.acceptedAt), desc(slots.jobId), desc(slots.escrow))
    .limit(limit);
}

export type ContributionRecord = Awaited<ReturnType<typeof listContributions>>[number];
