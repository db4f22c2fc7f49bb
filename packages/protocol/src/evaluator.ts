import { z } from "zod";
import { type ErrorCode, errorTable } from "./errors.ts";
import { imageDecodeEventSchema, imageEvaluationEventSchema } from "./kinds/index.ts";
import {
  evaluationEventSchema,
  generationEventSchema,
  replayEventSchema,
  rowCountEventSchema,
} from "./trainer-events.ts";

/** The scripts that an evaluator runs, by their names in trainer/, and what each prints. It runs nothing else. */
export const evaluatorScripts = {
  "count_rows.py": rowCountEventSchema,
  "evaluate.py": evaluationEventSchema,
  "generate.py": generationEventSchema,
  "replay.py": replayEventSchema,
  "evaluate_image.py": imageEvaluationEventSchema,
  "check_images.py": imageDecodeEventSchema,
} as const;

export type EvaluatorScript = keyof typeof evaluatorScripts;
export type EvaluatorEvent<Script extends EvaluatorScript = EvaluatorScript> = z.infer<
  (typeof evaluatorScripts)[Script]
>;

export const evaluatorLimits = {
  requestBytes: 1024 ** 2,
  /** Characters that a run may print: thirty times the largest table of confusions. */
  outputCharacters: 64 * 1024 ** 2,
  /** Those for images bound their CPU time by themselves, to some hour; this ends whatever else runs or waits without end. */
  runMs: 25 * 60 * 60_000,
  /** How far a run stands back where it does not say: it takes hours, and people wait for everything else. */
  niceness: 10,
  /** Runs that wait for their turn; more are refused and may come again. */
  waiting: 64,
};

/** Linux takes no longer argument than 128 KiB, and no zero in any. */
const argumentSchema = z
  .string()
  .max(100_000)
  .regex(/^[^\0]*$/, "an argument holds a zero");
const nameSchema = z.string().max(200).optional();

/** Body of POST /runs on an evaluator's socket. */
export const evaluatorRunSchema = z.strictObject({
  script: z.enum(Object.keys(evaluatorScripts) as EvaluatorScript[]),
  args: z.array(argumentSchema).max(1_000),
  /** How far it stands back for other programs: 0 as they do, up to 19. */
  niceness: z.number().int().min(0).max(19).default(evaluatorLimits.niceness),
  /** Whether nothing else may run beside it. */
  alone: z.boolean().default(false),
  /** What the run is for, for the evaluator's log. */
  trace: z
    .strictObject({ requestId: nameSchema, jobId: nameSchema, draftId: nameSchema, task: nameSchema })
    .default({}),
});

/** One line of the answer. The last is `done` or `failed`; an answer without it was cut off. */
export const evaluatorLineSchema = z.discriminatedUnion("line", [
  z.object({ line: z.literal("event"), event: z.unknown() }),
  z.object({ line: z.literal("done") }),
  z.object({
    line: z.literal("failed"),
    error: z.object({
      code: z.enum(Object.keys(errorTable) as ErrorCode[]),
      message: z.string(),
      fix: z.string().optional(),
      facts: z.record(z.string(), z.unknown()),
    }),
  }),
]);

export type EvaluatorRun = z.infer<typeof evaluatorRunSchema>;
export type EvaluatorLine = z.infer<typeof evaluatorLineSchema>;
