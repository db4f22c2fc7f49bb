import { z } from "zod";
import { addressSchema, jobIdTextSchema, signatureSchema } from "./primitives.ts";

/** A requester's permit for one wallet to take a slot of one job, as the file that is handed to the wallet's owner. */
export const slotPermitFileSchema = z.object({
  chainId: z.number().int().positive(),
  escrow: addressSchema,
  jobId: jobIdTextSchema,
  contributor: addressSchema,
  /** The requester's signature. */
  permit: signatureSchema,
});
export type SlotPermitFile = z.infer<typeof slotPermitFileSchema>;
