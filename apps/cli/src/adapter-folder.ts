import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AdaptedModule, AdapterError, loraBKey, readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";
import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";
import { assertReadable } from "./readable-file.ts";

/** The fields of adapter_config.json that decide how the tensors act; another kind of adapter is refused. */
const configSchema = z.object({
  peft_type: z.literal("LORA"),
  r: z.number().int().min(1),
  lora_alpha: z.number().positive(),
  base_model_name_or_path: z.string().nullable().default(null),
  use_dora: z.literal(false).default(false),
  use_rslora: z.literal(false).default(false),
  bias: z.literal("none").default("none"),
  modules_to_save: z.null().default(null),
  rank_pattern: z.object({}).strict().default({}),
  alpha_pattern: z.object({}).strict().default({}),
});

/** A PEFT adapter as it lies on disk, with the modules that its own tensors name. */
export interface AdapterFolder {
  file: string;
  rank: number;
  alpha: number;
  baseModel: string;
  modules: AdaptedModule[];
}

/** Reads a folder's config and its tensors' names and shapes; refuses what is not plain LoRA. */
export async function readAdapterFolder(folder: string): Promise<AdapterFolder> {
  const [file, configFile] = [join(folder, "adapter_model.safetensors"), join(folder, "adapter_config.json")];
  await assertReadable(file);
  await assertReadable(configFile);
  const config = configSchema.safeParse(JSON.parse(await readFile(configFile, "utf8")));
  if (!config.success)
    throw new TrainChainError(
      "adapter-invalid",
      `${configFile} is not that of a plain LoRA adapter: ${z.prettifyError(config.error)}`,
      {
        fix: "Train plain LoRA: no DoRA, rsLoRA, bias, modules_to_save or rank patterns.",
      },
    );
  const { r: rank, lora_alpha: alpha, base_model_name_or_path: baseModel } = config.data;
  return { file, rank, alpha, baseModel: baseModel ?? "", modules: await readModules(file) };
}

const loraA = /^base_model\.model\.(.+)\.lora_A\.weight$/;

/** The modules that an adapter changes, with sizes as its tensors have them. */
export async function readModules(file: string): Promise<AdaptedModule[]> {
  const { tensors } = await withFileSource(file, readSafetensorsHeader);
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  return tensors.flatMap(({ name, shape }) => {
    const path = loraA.exec(name)?.[1];
    if (path === undefined) return [];
    const outFeatures = shapes.get(loraBKey(path))?.[0];
    const inFeatures = shape[1];
    if (inFeatures === undefined || outFeatures === undefined)
      throw new AdapterError("safetensors", `${path} lacks a matrix`, "Save the adapter again, whole.", {
        file,
      });
    return [{ path, inFeatures, outFeatures }];
  });
}
