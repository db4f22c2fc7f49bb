import { z } from "zod";
import { anySpecSummarySchema } from "../parts.ts";
import { leftOutSchema } from "./left-out.ts";

/** What a job's page shows of the spec of adapters. */
export const adapterSummaryOf = <Kind extends string>(kind: Kind) =>
  anySpecSummarySchema.extend({
    kind: z.literal(kind),
    rank: z.number().int(),
    alpha: z.number().int(),
    learningRate: z.number(),
    maxLength: z.number().int(),
    meanRowChars: z.number().int().optional(),
    leftOut: leftOutSchema.optional(),
    /** Of each training, drawn ones of which are done again; left out where none is. */
    stages: z.number().int().optional(),
  });

/** The same of no kind in particular. */
export type AdapterSummary = Omit<z.infer<ReturnType<typeof adapterSummaryOf>>, "kind">;
