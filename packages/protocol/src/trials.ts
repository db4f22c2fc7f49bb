import { z } from "zod";
import { momentTextSchema } from "./views/amounts.ts";

/** Bounds of the try-it box: what one question may cost the platform. */
export const trialLimits = {
  promptCharacters: 2_000,
  answerTokens: 200,
  /** Between the asking and the last word; later than that, nobody is waiting any more. */
  answerMs: 10 * 60_000,
  /** Prompt and answers are forgotten this long after the asking. */
  keptMs: 60 * 60_000,
};

/** Body of POST /jobs/{jobId}/trials. */
export const createTrialSchema = z.object({
  prompt: z
    .string()
    .trim()
    .min(1, "write a prompt first")
    .max(trialLimits.promptCharacters, `at most ${trialLimits.promptCharacters} characters`),
});

/** What one of the two models said: the base model as it was, or with the job's merged adapter. */
export const trialAnswerSchema = z.object({
  model: z.enum(["base", "tuned"]),
  text: z.string(),
  tokens: z.number().int(),
  seconds: z.number(),
});

export const trialStatusSchema = z.enum(["queued", "answering", "answered", "failed"]);

/** One prompt to a job's result, with the answers that are there so far. */
export const trialViewSchema = z.object({
  id: z.string(),
  prompt: z.string(),
  status: trialStatusSchema,
  answers: z.array(trialAnswerSchema),
  error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).nullable(),
  askedAt: momentTextSchema,
});

export type TrialAnswer = z.infer<typeof trialAnswerSchema>;
export type TrialView = z.infer<typeof trialViewSchema>;
