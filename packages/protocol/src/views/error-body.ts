import { z } from "zod";

/** Body of every answer that is not a success. */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fix: z.string().nullable(),
    requestId: z.string(),
  }),
  /** Where the input is wrong, one entry a place. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type ErrorBody = z.infer<typeof errorBodySchema>;
