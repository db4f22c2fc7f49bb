import { z } from "zod";
import { seedSchema } from "../../primitives.ts";
import { seriesSchema } from "../../rounds.ts";
import { modelOfSpecSchema, sha256Schema } from "../parts.ts";
import { arithmeticSchema } from "./arithmetic.ts";
import { leftOutSchema } from "./left-out.ts";
import { mergeMethods } from "./request.ts";

/**
 * The public spec of a job whose contributors train adapters: stored unsealed, its CID in the terms. It names no shard
 * and no row. The order of its fields is part of that CID.
 */
export const adapterSpecOf = <Kind extends string>(kind: Kind) =>
  z.object({
    version: z.literal(1),
    kind: z.literal(kind),
    draftId: z.string(),
    /** Left out where the requester gave none. */
    title: z.string().optional(),
    description: z.string(),
    model: modelOfSpecSchema,
    lora: z.object({
      rank: z.number().int(),
      alpha: z.number().int(),
      targetModules: z.literal("all-linear"),
      seed: seedSchema,
    }),
    training: z.object({
      epochs: z.number().int(),
      learningRate: z.number(),
      maxLength: z.number().int(),
      /** Of one optimiser step; left out, it is the trainer's own. */
      rowsPerStep: z.number().int().min(1).optional(),
      /** How each step's rows are found; left out in older jobs, whose steps hold rows of like length. */
      rowOrder: z.enum(["drawn"]).optional(),
      /** The share of the learning rate that is left at the last step; left out, none. */
      finalRate: z.number().min(0).max(1).optional(),
    }),
    dataset: z.object({
      format: z.enum(["jsonl", "json", "csv", "parquet"]),
      rows: z.number().int(),
      holdoutRows: z.number().int(),
      shardRows: z.array(z.number().int()),
      /** Mean length of a row's text in UTF-16 characters, rounded up; left out, it is not known. */
      meanRowChars: z.number().int().optional(),
      /** Of each shard, the rows whose answer begins within the job's length; left out where they were not counted. */
      fittingRows: z.array(z.number().int()).optional(),
      /** Only where rows were left out. */
      leftOut: leftOutSchema.optional(),
      /** What the platform drew to shuffle the rows with; left out in older specs, whose own seed shuffled them. */
      splitSeed: seedSchema.optional(),
      /** sha256 (hex) over the sealed shards' CIDs, one a line, in slot order: a commitment that reveals none. */
      shardsSha256: sha256Schema,
    }),
    aggregation: z.object({
      method: z.enum(mergeMethods),
      rank: z.union([z.literal("auto"), z.number().int()]),
    }),
    /** Only where the request asked for several rounds. */
    series: seriesSchema.optional(),
    /** What is kept of each training so that parts of it can be done again; older jobs keep nothing. */
    replay: z
      .object({
        /** Parts that a training is cut into; fewer where it has fewer steps. */
        segments: z.number().int().min(1).max(1_000),
        /** The most bytes that what is kept at one of their boundaries has. */
        boundaryBytes: z.number().int().min(1),
        /** What every training has to be computed in; left out in older jobs, which let the machine choose. */
        arithmetic: arithmeticSchema.optional(),
      })
      .optional(),
  });

/** The same of no kind in particular. */
export type AdapterSpec = Omit<z.infer<ReturnType<typeof adapterSpecOf>>, "kind">;
