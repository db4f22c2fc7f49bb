import { readdir, readFile, stat } from "node:fs/promises";
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
  await assertFolder(folder);
  await refuseOtherFormats(folder);
  await assertReadable(file);
  await assertReadable(configFile);
  const config = configSchema.safeParse(await readJson(configFile));
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

async function assertFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new TrainChainError("adapter-invalid", `${path} is no folder`, {
      fix: "Unpack it into a folder of its own where it is a result's archive, and name the folder.",
    });
}

/** What other programs save adapters as, with the way to the files that are read. */
const otherFormats: Record<string, { what: string; fix: string }> = {
  "adapter_model.bin": {
    what: "an adapter in PyTorch's older format (adapter_model.bin)",
    fix: "Load it with PEFT and save it again: model.save_pretrained(folder, safe_serialization=True).",
  },
  "adapters.safetensors": {
    what: "an MLX adapter (adapters.safetensors), whose tensors have other names and shapes than PEFT's",
    fix: "Convert it to PEFT's adapter_config.json and adapter_model.safetensors, or train with PEFT.",
  },
};

async function refuseOtherFormats(folder: string): Promise<void> {
  const names: string[] = await readdir(folder).catch(() => []);
  const other = names.includes("adapter_model.safetensors")
    ? undefined
    : names.find((name) => otherFormats[name]);
  if (other === undefined) return;
  const { what, fix } = otherFormats[other]!;
  throw new TrainChainError("adapter-invalid", `${folder} holds ${what}, no adapter_model.safetensors`, {
    fix,
  });
}

/** A byte order mark before it is tolerated, as some editors write one. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(path, "utf8")).replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new TrainChainError("adapter-invalid", `${path} is not complete JSON`, {
      fix: "Copy or save the adapter again, whole.",
      cause,
    });
  }
}

/** As PEFT names tensors inside a model; saved, they carry no adapter's name. */
const namedByAdapter = /\.lora_[AB]\.([^.]+)\.weight$/;

const loraA = /^base_model\.model\.(.+)\.lora_A\.weight$/;

/** The modules that an adapter changes, with sizes as its tensors have them. */
export async function readModules(file: string): Promise<AdaptedModule[]> {
  const { tensors } = await withFileSource(file, readSafetensorsHeader);
  const named = tensors.flatMap(({ name }) => namedByAdapter.exec(name)?.[1] ?? [])[0];
  if (named !== undefined)
    throw new TrainChainError(
      "adapter-invalid",
      `the tensors of ${file} carry an adapter's name (.${named}.)`,
      {
        fix: `Save it with PEFT's save_pretrained, which leaves the name out, or take ".${named}" out of the names.`,
      },
    );
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
