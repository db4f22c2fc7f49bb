import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { type JobKey, keysAsJson } from "../job-key.ts";
import { contributorSubmissions, jobs, slots } from "../schema/index.ts";
import { insertRows } from "./insert-rows.ts";

export type JobRow = typeof jobs.$inferInsert;
export type SlotRow = typeof slots.$inferInsert;
export type SubmissionRow = typeof contributorSubmissions.$inferInsert;

/** What the events of one job amount to. */
export interface JobRows {
  job: JobRow;
  slots: SlotRow[];
  submissions: SubmissionRow[];
}

/** Puts `rows` in the place of everything derived for the jobs `keys`; returns every contributor concerned, old and new. */
export async function replaceJobs(db: Executor, keys: readonly JobKey[], rows: JobRows[]): Promise<string[]> {
  const before = await deleteJobs(db, keys);
  const slotRows = rows.flatMap((row) => row.slots);
  await insertRows(
    db,
    jobs,
    // Whatever is a stranger's is told apart afterwards (markForeignJobs).
    rows.map(({ job }) => ({ ...job, own: true })),
  );
  await insertRows(db, slots, slotRows);
  await insertRows(
    db,
    contributorSubmissions,
    rows.flatMap((row) => row.submissions),
  );
  return [...new Set([...before, ...slotRows.map((slot) => slot.contributor)])];
}

/** Deletes everything derived for these jobs; returns the contributors who had a slot of them. */
async function deleteJobs(db: Executor, keys: readonly JobKey[]): Promise<string[]> {
  const { rows } = await db.execute<{ contributor: string }>(sql`
    with wanted as materialized (
      select * from jsonb_to_recordset(${keysAsJson(keys)}::jsonb) as key(escrow text, job_id bigint)
    ), removed_jobs as (
      delete from jobs using wanted where (jobs.escrow, jobs.job_id) = (wanted.escrow, wanted.job_id)
    ), removed_submissions as (
      delete from contributor_submissions as submissions using wanted
      where (submissions.escrow, submissions.job_id) = (wanted.escrow, wanted.job_id)
    )
    delete from slots using wanted where (slots.escrow, slots.job_id) = (wanted.escrow, wanted.job_id)
    returning slots.contributor`);
  return rows.map(({ contributor }) => contributor);
}
