import { z } from "zod";
import { momentTextSchema } from "./amounts.ts";

const count = z.number().int().min(0);

/** What the platform wants to see of a delivered training, so that it can do parts of it again. */
export const replayViewSchema = z.object({
  /** Null where nothing was drawn: not yet, or because the job asks for nothing. */
  asked: z
    .object({
      /** Parts that the training is cut into, and those that were drawn, counted from 0. */
      segments: count,
      drawn: z.array(count),
      /** What is to be handed over, and to whom it is sealed: boundary i lies before segment i. */
      boundaries: z.array(z.object({ boundary: count, recipient: z.string(), isHere: z.boolean() })),
      /** By the chain's clock. */
      openBy: momentTextSchema,
      /** Of a sealed file. */
      maxBytes: count,
    })
    .nullable(),
});

export type ReplayView = z.infer<typeof replayViewSchema>;
