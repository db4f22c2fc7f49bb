import { z } from "zod";

/** The setting CONFIRMATIONS, the same to whoever follows the chain and whoever sends to it. */
export const confirmationsSchema = z.coerce
  .number()
  .int()
  .min(0)
  .default(0)
  .describe("Blocks on top of a transaction before it counts");
