import type { Executor } from "../connect.ts";
import { totals } from "../schema/index.ts";

export interface Totals {
  jobsCompleted: number;
  jobsOpen: number;
  contributors: number;
  contributorsActive: number;
  paidWei: string;
}

/** What has happened on chain so far, in the platform's own jobs, as it is kept with every change. */
export async function getTotals(db: Executor): Promise<Totals> {
  const [row] = await db.select().from(totals);
  if (!row) throw new Error("a migration makes the row of totals");
  const { id: _, paidWei, ...counts } = row;
  return { ...counts, paidWei: paidWei.toString() };
}
