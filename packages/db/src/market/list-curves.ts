import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { curvePoints, slots } from "../schema/index.ts";
import { ofSlot } from "../schema/of-slot.ts";

export interface CurveRow {
  slot: number;
  contributor: string;
  step: number;
  loss: number;
}

/** The points of a job's loss curves, or of one contributor's, in the order of slots and steps. */
export async function listCurves(
  db: Executor,
  { escrow, jobId, contributor }: JobKey & { contributor?: string | undefined },
): Promise<CurveRow[]> {
  return db
    .select({
      slot: slots.slot,
      contributor: curvePoints.contributor,
      step: curvePoints.step,
      loss: curvePoints.loss,
    })
    .from(curvePoints)
    .innerJoin(slots, ofSlot(curvePoints))
    .where(
      and(
        eq(curvePoints.escrow, escrow),
        eq(curvePoints.jobId, jobId),
        contributor ? eq(curvePoints.contributor, contributor) : undefined,
      ),
    )
    .orderBy(slots.slot, curvePoints.contributor, curvePoints.step);
}
