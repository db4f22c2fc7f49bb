import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorSubmissions, jobs, slots } from "../schema/index.ts";
import { inPieces } from "./in-pieces.ts";
import { type JobKey, keysAsJson } from "./job-key.ts";

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
  const wanted = sql`(escrow, job_id) in (
    select key.escrow, key.job_id
    from jsonb_to_recordset(${keysAsJson(keys)}::jsonb) as key(escrow text, job_id bigint))`;
  const before = await db.delete(slots).where(wanted).returning({ contributor: slots.contributor });
  await db.delete(contributorSubmissions).where(wanted);
  await db.delete(jobs).where(wanted);

  const slotRows = rows.flatMap((row) => row.slots);
  for (const piece of inPieces(rows, 1_000)) await db.insert(jobs).values(piece.map((row) => row.job));
  for (const piece of inPieces(slotRows, 2_000)) await db.insert(slots).values(piece);
  for (const piece of inPieces(
    rows.flatMap((row) => row.submissions),
    2_000,
  ))
    await db.insert(contributorSubmissions).values(piece);
  return [...new Set([...before, ...slotRows].map((slot) => slot.contributor))];
}
