import { z } from "zod";
import { draftViewSchema } from "./draft-view.ts";
import { jobViewSchema, knownJobSchema } from "./job-view.ts";

const requestOf = <Job extends z.ZodType>(job: Job) =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("draft"), draft: draftViewSchema }),
    z.object({
      type: z.literal("job"),
      job,
      /** In a sentence what a finished job came to; null where there is no result. */
      outcome: z.string().nullable().default(null),
    }),
  ]);

/** One of the caller's requests: still a draft, or a job on chain. */
export const requestViewSchema = requestOf(jobViewSchema);
export type ListedRequest = z.infer<typeof requestViewSchema>;

/** The same of a kind that this version knows. */
export const knownRequestSchema = requestOf(knownJobSchema);
export type RequestView = z.infer<typeof knownRequestSchema>;
