import { z } from "zod";
import { pairCounts, pairFigures } from "./kinds/embedding-finetune/events.ts";
import { epochEventSchema, modelExportedEventSchema } from "./kinds/image-classification/events.ts";

const count = z.number().int().min(0);

/**
 * What a trainer prints: one JSON object a line on standard output, told apart by `event`.
 * Sizes in bytes, memory in MiB, times in seconds, loss in nats per completion token.
 */
export const trainerEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("started"),
    jobId: z.string(),
    device: z.string(),
    dtype: z.string(),
    quantization: z.string(),
  }),
  z.object({ event: z.literal("downloaded"), rows: count, sizeBytes: count }),
  z.object({
    event: z.literal("model-loaded"),
    model: z.string(),
    parameters: count,
    trainableParameters: count,
    seconds: z.number(),
    /** Of an image job: whether training starts from pretrained weights or from the same network untrained. */
    pretrained: z.boolean().optional(),
  }),
  z.object({ event: z.literal("resumed"), step: count }),
  z.object({
    event: z.literal("step"),
    step: count,
    steps: count,
    epoch: z.number(),
    loss: z.number(),
    learningRate: z.number(),
    /** Tokens trained on so far in this process, padding not counted. */
    tokens: count,
    tokensPerSecond: z.number(),
    etaSeconds: z.number(),
    memoryMb: z.number(),
  }),
  epochEventSchema,
  z.object({ event: z.literal("checkpoint"), step: count }),
  modelExportedEventSchema,
  z.object({ event: z.literal("saved"), sizeBytes: count, sha256: z.string() }),
  z.object({ event: z.literal("uploaded"), adapterCid: z.string() }),
  z.object({ event: z.literal("submitted"), adapterCid: z.string() }),
  z.object({
    event: z.literal("done"),
    loss: z.number().nullable(),
    /** Optimiser steps; epochs of an image job. */
    steps: count,
    /** An image job counts none. */
    tokens: count.default(0),
    accuracy: z.number().optional(),
    seconds: z.number(),
  }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);

export type TrainerEvent = z.infer<typeof trainerEventSchema>;

/** The point that an event adds to a loss curve: optimiser step, or epoch of an image job, and loss; none of most. */
export function curvePointOf(event: TrainerEvent): { step: number; loss: number } | undefined {
  if (event.event === "step") return { step: event.step, loss: event.loss };
  return event.event === "epoch" ? { step: event.epoch, loss: event.loss } : undefined;
}

/** One need of a job against what the machine has; amounts in GiB or cores. A check that crashed is not ok. */
export const preflightCheckSchema = z.object({
  need: z.string(),
  have: z.number().nullable(),
  required: z.number(),
  ok: z.boolean(),
  message: z.string(),
});

/** The one line that trainer/preflight.py prints. */
export const preflightSchema = z.object({
  event: z.literal("preflight"),
  ok: z.boolean(),
  device: z.string(),
  deviceName: z.string(),
  vramGb: z.number(),
  ramGb: z.number(),
  diskGb: z.number(),
  cores: z.number(),
  /** Forward and backward pass of one small transformer block, measured; 0 where it could not run. */
  tokensPerSecond: z.number(),
  checks: z.array(preflightCheckSchema),
});

export type PreflightCheck = z.infer<typeof preflightCheckSchema>;
export type Preflight = z.infer<typeof preflightSchema>;

/** What trainer/evaluate.py prints: one line for the base model, then one for each adapter, measured or not. */
export const evaluationEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("evaluated"),
    /** "base", or the adapter's folder as it was given. */
    name: z.string(),
    /** Mean nats per completion token over all rows, each token weighing the same. */
    loss: z.number(),
    /** The same in bits per byte of completion text, so that tokenizers compare; pairs have none. */
    bitsPerByte: z.number().optional(),
    rows: count,
    /** Completion tokens, which the losses are over. */
    tokens: count,
    /** Tokens of whole rows, prompts included: what a run is bounded by. */
    tokensRead: count,
    /** Each row's mean nats per completion token, in the order of the rows. */
    rowLosses: z.array(z.number()),
    ...pairFigures,
    seconds: z.number(),
  }),
  /** An adapter that has no loss: it does not fit the model, or the loss is no number. Others are measured all the same. */
  z.object({ event: z.literal("unmeasured"), name: z.string(), message: z.string() }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);

export type EvaluationEvent = z.infer<typeof evaluationEventSchema>;

/** What trainer/replay.py prints when all of the segments that it was given are trained again, or one ended too far off. */
export const replayEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("replayed"),
    /** In the order in which they were given; none after one that ends beyond its tolerance. */
    segments: z.array(
      z.object({
        segment: count,
        /** Of where it ended again from the end that was committed to, over the segment's own length. */
        distance: z.number().min(0),
        /** The same of AdamW's moments, in the units of what they do to a gradient. */
        momentsDistance: z.number().min(0),
        /** Of the run's first boundary from the job's own start, over the segment's length; null for other segments. */
        startDistance: z.number().min(0).nullable(),
        steps: count,
      }),
    ),
    /** What it was computed in: device/type/quantization. */
    arithmetic: z.string(),
    seconds: z.number(),
    /** Of processor time, of the whole process. */
    cpuSeconds: z.number().optional(),
  }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);

export type ReplayEvent = z.infer<typeof replayEventSchema>;

/** What trainer/generate.py prints: the base model's answer to each prompt and, with an adapter, the tuned one's. */
export const generationEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("generated"),
    model: z.enum(["base", "tuned"]),
    /** Which of the prompts, from 0. */
    prompt: count.default(0),
    text: z.string(),
    tokens: count,
    promptTokens: count.optional(),
    seconds: z.number(),
  }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);

export type GenerationEvent = z.infer<typeof generationEventSchema>;

/** What trainer/export_result.py prints: where it wrote. */
export const exportEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("exported"), path: z.string() }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);

/** What trainer/count_rows.py prints: one line for each file. */
export const rowCountEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("counted"),
    /** Its name, without its folder. */
    file: z.string(),
    rows: count,
    /** Rows whose answer begins within the length. */
    fitting: count,
    /** A length in tokens that nine of ten rows fit into whole. */
    roomyLength: count,
    ...pairCounts,
  }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);

export type RowCountEvent = z.infer<typeof rowCountEventSchema>;

/** What the script of an embedded model prints while it makes the model's folder. */
export const modelMakingEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("progress"), message: z.string() }),
  z.object({
    event: z.literal("ready"),
    folder: z.string(),
    /** Of what the folder computes with. */
    sha256: z.string(),
    seconds: z.number(),
  }),
  z.object({ event: z.literal("failed"), code: z.string(), message: z.string(), fix: z.string() }),
]);
