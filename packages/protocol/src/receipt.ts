import { z } from "zod";
import { addressTextSchema, cidSchema } from "./primitives.ts";
import { checkResultSchema } from "./submissions.ts";
import { weiTextSchema } from "./views/amounts.ts";

/** What one contributor of a closed job did, in its result document. */
export const contributorOutcomeSchema = z.object({
  contributor: addressTextSchema,
  slot: z.number().int(),
  /** Of a job of several rounds: the shard that it was trained on, which the slot's number does not tell there. */
  shard: z.number().int().optional(),
  rows: z.number().int(),
  weight: z.number(),
  adapterCid: cidSchema,
  adapterSha256: z.string(),
  sizeBytes: z.number().int(),
  checks: z.array(checkResultSchema),
});

/** receipt.json: the result document with what the chain says of it. */
export function receiptOf<Result extends z.ZodType>(result: Result) {
  return z.object({
    result,
    resultCid: cidSchema,
    /** The address of the platform that carried the job out; receipts of before November 2026 have none. */
    platform: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .optional(),
    /** The CIDs of the sealed shards in slot order, which the spec commits to. */
    shards: z.array(cidSchema).max(32).optional(),
    status: z.string(),
    stakeWei: weiTextSchema,
    feeWei: weiTextSchema,
    refundWei: weiTextSchema,
    payouts: z.array(z.object({ contributor: addressTextSchema, amountWei: weiTextSchema })),
    transactions: z.array(z.object({ event: z.string(), hash: z.string(), blockNumber: z.string() })),
  });
}
