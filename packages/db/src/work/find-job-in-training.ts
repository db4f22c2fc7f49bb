import type { JobKind, UnknownKind } from "@trainchain/protocol";
import { and, desc, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { jobs, slots } from "../schema/chain.ts";

/** The newest open job of an aggregator in which somebody is training; undefined where nobody is. */
export async function findJobInTraining(
  db: Executor,
  { escrow, aggregator }: { escrow: string; aggregator: string },
): Promise<{ jobId: bigint; kind: JobKind | UnknownKind } | undefined> {
  const [job] = await db
    .select({ jobId: jobs.jobId, kind: jobs.kind })
    .from(jobs)
    .innerJoin(slots, and(eq(slots.escrow, jobs.escrow), eq(slots.jobId, jobs.jobId)))
    .where(
      and(
        eq(jobs.escrow, escrow),
        eq(jobs.aggregator, aggregator),
        eq(jobs.status, "open"),
        eq(slots.status, "accepted"),
      ),
    )
    .orderBy(desc(jobs.jobId))
    .limit(1);
  return job;
}
