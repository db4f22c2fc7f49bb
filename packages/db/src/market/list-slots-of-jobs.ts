import type { SlotStatus, TrainerEvent } from "@trainchain/protocol";
import { eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import {
  chainEvents,
  contributorStats,
  contributorSubmissions,
  slotProgress,
  slots,
} from "../schema/index.ts";
import { ofSlot } from "../schema/of-slot.ts";
import { keyTuples } from "./key-tuples.ts";

/** One acceptance of a job with its contributor's record and its trainer's latest event. */
export interface SlotRecord extends JobKey {
  contributor: string;
  slot: number;
  delegate: string;
  status: SlotStatus;
  deadline: Date | null;
  submittedAt: Date | null;
  /** When the referee overturned its refusal; null where it was not refused, or that stands. */
  reinstatedAt: Date | null;
  jobsEnded: number;
  jobsCompleted: number;
  earnedWei: bigint;
  /** Wallets that paid its contributor. */
  requesters: number;
  progress: { event: TrainerEvent; reportedAt: Date } | null;
}

const reinstatedAt = sql<Date | null>`case when ${slots.status} = 'reinstated' then (
  select max(ruled.mined_at) from chain_events as ruled
  where ruled.escrow = ${slots.escrow} and ruled.job_id = ${slots.jobId} and ruled.name = 'AppealRuled'
    and ruled.args->>'contributor' = ${slots.contributor}
) end`;

/** All slots of these jobs, in slot order; a slot that was taken again appears once for each holder. */
export async function listSlotsOfJobs(db: Executor, keys: readonly JobKey[]): Promise<SlotRecord[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .select({
      slot: slots,
      submittedAt: contributorSubmissions.submittedAt,
      reinstatedAt: reinstatedAt.mapWith(chainEvents.minedAt),
      jobsEnded: contributorStats.jobsEnded,
      jobsCompleted: contributorStats.jobsCompleted,
      earnedWei: contributorStats.earnedWei,
      requesters: contributorStats.requesters,
      event: slotProgress.event,
      reportedAt: slotProgress.reportedAt,
    })
    .from(slots)
    .leftJoin(contributorStats, eq(contributorStats.contributor, slots.contributor))
    .leftJoin(contributorSubmissions, ofSlot(contributorSubmissions))
    .leftJoin(slotProgress, ofSlot(slotProgress))
    .where(sql`(${slots.escrow}, ${slots.jobId}) in ${keyTuples(keys)}`)
    .orderBy(slots.slot, slots.acceptedAt, slots.contributor);
  return rows.map(({ slot, submittedAt, reinstatedAt, event, reportedAt, ...stats }) => ({
    escrow: slot.escrow,
    jobId: slot.jobId,
    contributor: slot.contributor,
    slot: slot.slot,
    delegate: slot.delegate,
    status: slot.status,
    deadline: slot.deadline,
    submittedAt,
    reinstatedAt,
    jobsEnded: stats.jobsEnded ?? 0,
    jobsCompleted: stats.jobsCompleted ?? 0,
    earnedWei: stats.earnedWei ?? 0n,
    requesters: stats.requesters ?? 0,
    progress: event && reportedAt ? { event: event as TrainerEvent, reportedAt } : null,
  }));
}
