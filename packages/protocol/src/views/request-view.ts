import { z } from "zod";
import { draftViewSchema } from "./draft-view.ts";
import { jobViewSchema } from "./job-view.ts";

/** One of the caller's requests: still a draft, or a job on chain. */
export const requestViewSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("draft"), draft: draftViewSchema }),
  z.object({ type: z.literal("job"), job: jobViewSchema }),
]);

export type RequestView = z.infer<typeof requestViewSchema>;
