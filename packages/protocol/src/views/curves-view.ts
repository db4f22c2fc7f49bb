import { z } from "zod";

/** Of each slot's loss curve, this many points are kept at most, spread evenly. */
export const mostCurvePoints = 2_000;

/** How the loss of each contributor's training went, oldest step first. */
export const curvesViewSchema = z.object({
  items: z.array(
    z.object({
      slot: z.number().int(),
      /** Truncated. */
      contributor: z.string(),
      /** Optimiser step, or epoch of an image job, and loss. */
      points: z.array(z.tuple([z.number().int(), z.number()])),
    }),
  ),
});
export type CurvesView = z.infer<typeof curvesViewSchema>;
