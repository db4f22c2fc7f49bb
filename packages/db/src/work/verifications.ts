import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { adapterVerifications } from "../schema/index.ts";

export type Verification = typeof adapterVerifications.$inferSelect;

/** The verdicts on a job's deliveries. A verdict counts only for the adapter CID that it names. */
export async function listVerdicts(db: Executor, { escrow, jobId }: JobKey): Promise<Verification[]> {
  return db
    .select()
    .from(adapterVerifications)
    .where(and(eq(adapterVerifications.escrow, escrow), eq(adapterVerifications.jobId, jobId)));
}

/** Records a verdict in place of an earlier one on the same slot. */
export async function saveVerdict(
  db: Executor,
  verdict: typeof adapterVerifications.$inferInsert,
): Promise<void> {
  const { escrow: _, jobId: __, contributor: ___, ...changes } = { verifiedAt: new Date(), ...verdict };
  await db
    .insert(adapterVerifications)
    .values(verdict)
    .onConflictDoUpdate({
      target: [adapterVerifications.escrow, adapterVerifications.jobId, adapterVerifications.contributor],
      set: changes,
    });
}

/**
 * Whether the same stored bytes were delivered before, by anybody else or for another job, and opened there. One that
 * did not open is not what its bytes were sealed for: a copied CID in the same block says nothing of its original.
 */
export async function wasDeliveredBefore(
  db: Executor,
  { escrow, jobId, contributor, adapterCid }: JobKey & { contributor: string; adapterCid: string },
): Promise<boolean> {
  const { rows } = await db.execute<{ seen: boolean }>(sql`
    select exists (
      select from contributor_submissions as other
      join contributor_submissions as this
        on this.escrow = ${escrow} and this.job_id = ${jobId} and this.contributor = ${contributor}
      join adapter_verifications as verdict on verdict.escrow = other.escrow and verdict.job_id = other.job_id
        and verdict.contributor = other.contributor and verdict.adapter_cid = other.adapter_cid
      where other.adapter_cid = ${adapterCid}
        and (other.escrow, other.job_id, other.contributor) <> (this.escrow, this.job_id, this.contributor)
        and other.submitted_at <= this.submitted_at
        and verdict.checks @> '[{"check": "sealed-to-slot", "verdict": "passed"}]'
    ) as seen`);
  return rows[0]?.seen ?? false;
}
