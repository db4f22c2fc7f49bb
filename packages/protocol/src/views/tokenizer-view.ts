import { z } from "zod";

/** A base model's tokenizer as its repository has it, for clients that count tokens themselves. */
export const tokenizerViewSchema = z.object({
  /** tokenizer.json */
  tokenizer: z.record(z.string(), z.unknown()),
  /** tokenizer_config.json */
  config: z.record(z.string(), z.unknown()),
  /** In Jinja. */
  chatTemplate: z.string(),
});

export type TokenizerView = z.infer<typeof tokenizerViewSchema>;
