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

/** Where a curve has more points than are kept, every second one but the last goes. */
async function thin(db: Executor, slot: SlotKey): Promise<void> {
  const ofSlot = and(
    eq(curvePoints.escrow, slot.escrow),
    eq(curvePoints.jobId, slot.jobId),
    eq(curvePoints.contributor, slot.contributor),
  );
  await db.execute(sql`
    delete from ${curvePoints} where ${ofSlot} and ${curvePoints.step} in (
      select step from (
        select step, row_number() over (order by step) as place, count(*) over () as points
        from ${curvePoints} where ${ofSlot}
      ) as numbered
      where points > ${mostCurvePoints} and place % 2 = 0 and place < points
    )`);
}
