import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { adapterVerifications } from "../schema/index.ts";

export type VerificationRow = typeof adapterVerifications.$inferSelect;

/** The verdicts on a job's adapters, or on one contributor's. */
export async function listVerifications(
  db: Executor,
  { escrow, jobId, contributor }: JobKey & { contributor?: string | undefined },
): Promise<VerificationRow[]> {
  return db
    .select()
    .from(adapterVerifications)
    .where(
      and(
        eq(adapterVerifications.escrow, escrow),
        eq(adapterVerifications.jobId, jobId),
        contributor ? eq(adapterVerifications.contributor, contributor) : undefined,
      ),
    )
    .orderBy(adapterVerifications.verifiedAt, adapterVerifications.contributor);
}
