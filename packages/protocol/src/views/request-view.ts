import { z } from "zod";
import { draftViewSchema } from "./draft-view.ts";
import { jobViewSchema } from "./job-view.ts";

/** One of the caller's requests: still a draft, or a job on chain. */
export const requestViewSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("draft"), draft: draftViewSchema }),
  z.object({
    type: z.literal("job"),
    job: jobViewSchema,
    /** In a sentence what a finished job came to; null where there is no result. */
    outcome: z.string().nullable().default(null),
  }),
]);

export type RequestView = z.infer<typeof requestViewSchema>;
