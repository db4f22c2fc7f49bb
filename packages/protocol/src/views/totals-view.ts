import { z } from "zod";
import { weiTextSchema } from "./amounts.ts";

/** What has happened on this platform so far, counted from the chain's events. */
export const totalsViewSchema = z.object({
  jobsCompleted: z.number().int(),
  jobsOpen: z.number().int(),
  /** Wallets that ever accepted a job. */
  contributors: z.number().int(),
  contributorsActive: z.number().int(),
  paidWei: weiTextSchema,
});

export type TotalsView = z.infer<typeof totalsViewSchema>;
