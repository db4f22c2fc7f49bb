import { seedSchema } from "@trainchain/protocol";
import { z } from "zod";

const auto = <Schema extends z.ZodType>(schema: Schema) => z.union([z.literal("auto"), schema]).nullish();

const hyperparametersSchema = z
  .object({
    n_epochs: auto(z.number().int().min(1).max(100)),
    batch_size: auto(z.number().int().min(1).max(256)),
    learning_rate_multiplier: auto(z.number().positive().max(100)),
  })
  .nullish();

/** Body of POST /v1/fine_tuning/jobs. */
export const createJobSchema = z.object({
  model: z.string().min(1).max(300),
  training_file: z.string().min(1).max(100),
  hyperparameters: hyperparametersSchema,
  method: z
    .object({
      type: z.literal("supervised", "only 'supervised' fine-tuning is done here"),
      supervised: z.object({ hyperparameters: hyperparametersSchema }).nullish(),
    })
    .nullish(),
  suffix: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w .-]+$/, "letters, digits, spaces and . _ - only")
    .nullish(),
  seed: seedSchema.nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  validation_file: z.string().max(100).nullish(),
  integrations: z.array(z.unknown()).nullish(),
});

export type CreateJob = z.infer<typeof createJobSchema>;

/** Query of every list. */
export const listSchema = z.object({
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(20),
});

export const listFilesSchema = listSchema.extend({
  limit: listSchema.shape.limit.default(10_000),
  order: z.enum(["asc", "desc"]).default("desc"),
  purpose: z.string().max(100).optional(),
});

const textOfParts = z
  .array(z.object({ type: z.literal("text", "only text is understood here"), text: z.string() }))
  .transform((parts) => parts.map(({ text }) => text).join("\n"));

const messageSchema = z.object({
  role: z
    .enum(["system", "developer", "user", "assistant"])
    .transform((role) => (role === "developer" ? ("system" as const) : role)),
  content: z.union([z.string(), textOfParts]),
});

/** What changes nothing may be sent: clients write down defaults. */
const unchanged = <Value extends string | number | boolean>(value: Value) =>
  z.literal(value, `only ${value} is possible here`).nullish();

/** Body of POST /v1/chat/completions. */
export const chatSchema = z.object({
  model: z.string().min(1).max(300),
  messages: z.array(messageSchema).min(1).max(1_000),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().min(1).max(4_096).nullish(),
  max_completion_tokens: z.number().int().min(1).max(4_096).nullish(),
  seed: seedSchema.nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: unchanged(1),
  top_p: unchanged(1),
  presence_penalty: unchanged(0),
  frequency_penalty: unchanged(0),
  logprobs: unchanged(false),
  tools: z.array(z.unknown()).max(0, "tools are not called here").nullish(),
  response_format: z.object({ type: unchanged("text") }).nullish(),
});

export type Chat = z.infer<typeof chatSchema>;
