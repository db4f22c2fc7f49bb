import { z } from "zod";

const count = z.number().int().min(0);

/** What evaluate.py says of pairs besides: where each one's own positive lies among the positives of all, from 1. */
export const pairFigures = { ranks: z.array(count).optional() };

/** What count_rows.py says of pairs besides. */
export const pairCounts = {
  /** Those that have a wrong answer among the others of the file. */
  contrasted: count.optional(),
  /** How many of the file's positives differ. */
  different: count.optional(),
};
