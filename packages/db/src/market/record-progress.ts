import { curvePointOf, mostCurvePoints, type TrainerEvent } from "@trainchain/protocol";
import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { curvePoints, slotProgress } from "../schema/index.ts";

type SlotKey = JobKey & { contributor: string };

/** Keeps a slot's latest trainer event in place of the one before, and what it adds to the slot's loss curve. */
export async function recordProgress(
  db: Executor,
  { event, reportedAt, ...slot }: SlotKey & { event: TrainerEvent; reportedAt: Date },
): Promise<void> {
  const step = "step" in event ? event.step : null;
  await db
    .insert(slotProgress)
    .values({ ...slot, event, reportedAt, step })
    .onConflictDoUpdate({
      target: [slotProgress.escrow, slotProgress.jobId, slotProgress.contributor],
      set: { event, step, reportedAt },
    });
  const point = curvePointOf(event);
  if (!point) return;
  await db
    .insert(curvePoints)
    .values({ ...slot, ...point })
    // A step that was trained again after a crash counts as it was trained last.
    .onConflictDoUpdate({
      target: [curvePoints.escrow, curvePoints.jobId, curvePoints.contributor, curvePoints.step],
      set: { loss: point.loss },
    });
  await thin(db, slot);
}

/**
 * Where a curve has more points than are kept, the one goes whose neighbours lie closest together, the oldest of such:
 * so what is left stays spread evenly over the steps, within a factor of two, however long the training is.
 */
async function thin(db: Executor, slot: SlotKey): Promise<void> {
  const ofSlot = and(
    eq(curvePoints.escrow, slot.escrow),
    eq(curvePoints.jobId, slot.jobId),
    eq(curvePoints.contributor, slot.contributor),
  );
  await db.execute(sql`
    delete from ${curvePoints} where ${ofSlot} and ${curvePoints.step} = (
      select step from (
        select step, lag(step) over steps as before, lead(step) over steps as after, count(*) over () as points
        from ${curvePoints} where ${ofSlot} window steps as (order by step)
      ) as numbered
      where points > ${mostCurvePoints} and before is not null and after is not null
      order by after - before, step limit 1
    )`);
}
