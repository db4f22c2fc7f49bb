import { z } from "zod";
import { TrainChainError } from "../errors.ts";
import { hardwareNeedsSchema } from "../hardware-needs.ts";
import { type BaseModel, isModelPath, localBaseModel, type ModelNeeds } from "./adapters/base-model.ts";
import { baseModels } from "./llm-finetune/base-models.ts";
import { shippedModels } from "./shipped-models.ts";

const size = z.number().int().min(1).max(10_000_000);

/** Never worked out: hidden_size ÷ num_attention_heads is not the head_dim of Qwen3 or Gemma. */
const statedSize = (field: string) =>
  z.number(`missing or no number: take ${field} from the model's config.json`).int().min(1).max(10_000_000);

const configSchema = z.strictObject({
  architectures: z.array(z.string().min(1)).min(1),
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: statedSize("num_key_value_heads"),
  head_dim: statedSize("head_dim"),
});

const needsSchema = z.strictObject({
  basis: z.enum(["measured", "derived"]),
  gpu: hardwareNeedsSchema.strict(),
  cpu: hardwareNeedsSchema.strict(),
});

/** What is said of every model alike. */
const common = {
  name: z.string().min(1).max(100),
  license: z.string().min(1).max(100),
  parametersBillion: z.number().positive().max(10_000),
  maxLength: z.number().int().min(8).max(1_000_000),
  chatTemplate: z.string().regex(/^[\w.-]{1,40}$/, "expected the name of a format, such as chatml"),
  endTokens: z.array(z.string().min(1).max(100)).min(1).max(20),
  needs: needsSchema,
};

const hubEntrySchema = z.strictObject({
  id: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "expected owner/name, as the hub has it"),
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/, "expected a commit of the hub's repository: 40 hexadecimal digits"),
  ...common,
  name: common.name.optional(),
  needs: common.needs.optional(),
  config: configSchema,
});

const folderEntrySchema = z.strictObject({
  id: z.string().regex(/^[\w.-]+$/, "expected a name of letters, digits, dots, dashes and underscores"),
  path: z.string().refine(isModelPath, "expected the absolute path of a model's folder"),
  ...z.strictObject(common).partial().shape,
});

const fileSchema = z.strictObject({ models: z.array(z.record(z.string(), z.unknown())) });

/**
 * The shipped catalogue, and behind it the models of an operator's file.
 *
 * @param text the file's, as JSON
 * @param file what it is called in messages
 * @throws TrainChainError `configuration-invalid`, naming file, entry and field of all that is wrong at once
 */
export function extendCatalogue(text: string, file: string): readonly BaseModel[] {
  const { models } = fileOf(text, file);
  const known = new Set(shippedModels.map(({ id }) => id));
  const added: BaseModel[] = [];
  const problems: string[] = [];
  for (const [index, given] of models.entries()) {
    const at = `entry ${index + 1}${typeof given.id === "string" ? ` (${given.id})` : ""}`;
    const { data, error } = (given.path === undefined ? hubEntrySchema : folderEntrySchema).safeParse(given);
    if (error) problems.push(...problemsOf(error).map((problem) => `${at}, ${problem}`));
    else if (known.has(data.id)) problems.push(`${at}, id: is in the catalogue already`);
    else added.push("path" in data ? folderModel(data) : hubModel(data));
    if (data) known.add(data.id);
  }
  if (problems.length === 0) return [...baseModels, ...added];
  throw invalid(
    `${file} cannot be used:\n  ${problems.join("\n  ")}`,
    "Correct these entries; docs/models.md says what stands in one.",
  );
}

/**
 * What training a model of so many parameters takes: on a GPU its weights in 4 bits and 4 GB for the rest, on a
 * processor its weights in f32 and 8 GB; on the disk what its hub has of it in 16 bits.
 *
 * @param parametersBillion 10⁹ parameters
 */
export function deriveNeeds(parametersBillion: number): ModelNeeds {
  const diskGb = Math.max(10, Math.ceil(2.2 * parametersBillion + 2));
  return {
    basis: "derived",
    gpu: {
      vramGb: Math.ceil(4 + parametersBillion),
      ramGb: Math.max(8, Math.ceil(2 * parametersBillion)),
      ...{ diskGb, cores: 2 },
    },
    cpu: { vramGb: 0, ramGb: Math.ceil(8 + 4 * parametersBillion), diskGb, cores: 4 },
  };
}

function fileOf(text: string, file: string): z.infer<typeof fileSchema> {
  const fix = 'Make it {"models": [ … ]}; docs/models.md says what stands in an entry.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${file} is no JSON: ${cause instanceof Error ? cause.message : cause}`, fix);
  }
  const { data, error } = fileSchema.safeParse(json);
  if (data) return data;
  throw invalid(`${file} cannot be used:\n  ${problemsOf(error).join("\n  ")}`, fix);
}

function hubModel(entry: z.infer<typeof hubEntrySchema>): BaseModel {
  return {
    ...entry,
    name: entry.name ?? entry.id,
    needs: entry.needs ?? deriveNeeds(entry.parametersBillion),
  };
}

function folderModel({ id, path, ...said }: z.infer<typeof folderEntrySchema>): BaseModel {
  const derived = said.parametersBillion && { needs: deriveNeeds(said.parametersBillion) };
  return { ...localBaseModel(path), id, name: id, ...derived, ...said };
}

function problemsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
}

function invalid(message: string, fix: string): TrainChainError {
  return new TrainChainError("configuration-invalid", message, { fix });
}
