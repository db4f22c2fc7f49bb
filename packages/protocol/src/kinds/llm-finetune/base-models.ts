import type { HardwareNeeds } from "../../hardware-needs.ts";

/** A base model that requesters may choose. Weights are loaded by id and pinned revision, or from a local path. */
export interface BaseModel {
  /** Hub id, or the name of a model of the operator's own: its folder's, because where it lies is nobody's business. */
  id: string;
  /** Commit of the hub repository; "local" for a path. */
  revision: string;
  name: string;
  /** Null where it is not known. */
  parametersBillion: number | null;
  license: string | null;
  /** Longest sequence (tokens) that a job may ask for. */
  maxLength: number;
  needs: { gpu: HardwareNeeds; cpu: HardwareNeeds };
  /** The shape that decides an adapter's keys, as in the model's own config.json; a local model's is read from its folder. */
  config?: BaseModelConfig;
}

/** The fields of a Hugging Face config.json that give the linear layers of a Llama-like model. */
export interface BaseModelConfig {
  model_type: string;
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  head_dim?: number;
}

const gpuNeeds: HardwareNeeds = { vramGb: 6, ramGb: 8, diskGb: 10, cores: 2 };
const cpuNeeds: HardwareNeeds = { vramGb: 0, ramGb: 16, diskGb: 10, cores: 4 };

/** The roadmap's supported set. */
export const baseModels: readonly BaseModel[] = [
  {
    id: "Qwen/Qwen2.5-1.5B-Instruct",
    revision: "989aa7980e4cf806f80c7fef2b1adb7bc71aa306",
    name: "Qwen2.5 1.5B Instruct",
    parametersBillion: 1.54,
    license: "Apache-2.0",
    maxLength: 4096,
    needs: { gpu: gpuNeeds, cpu: cpuNeeds },
    config: {
      model_type: "qwen2",
      hidden_size: 1536,
      intermediate_size: 8960,
      num_hidden_layers: 28,
      num_attention_heads: 12,
      num_key_value_heads: 2,
    },
  },
  {
    id: "microsoft/Phi-3-mini-4k-instruct",
    revision: "0a67737cc96d2554230f90338b163bc6380a2a85",
    name: "Phi-3 mini 4k Instruct",
    parametersBillion: 3.82,
    license: "MIT",
    maxLength: 4096,
    needs: { gpu: { ...gpuNeeds, vramGb: 8 }, cpu: { ...cpuNeeds, ramGb: 24 } },
    config: {
      model_type: "phi3",
      hidden_size: 3072,
      intermediate_size: 8192,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 32,
    },
  },
  {
    id: "HuggingFaceTB/SmolLM2-1.7B-Instruct",
    revision: "31b70e2e869a7173562077fd711b654946d38674",
    name: "SmolLM2 1.7B Instruct",
    parametersBillion: 1.71,
    license: "Apache-2.0",
    maxLength: 4096,
    needs: { gpu: gpuNeeds, cpu: cpuNeeds },
    config: {
      model_type: "llama",
      hidden_size: 2048,
      intermediate_size: 8192,
      num_hidden_layers: 24,
      num_attention_heads: 32,
      num_key_value_heads: 32,
    },
  },
  {
    id: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    revision: "fe8a4ea1ffedaf415f4da2f062534de366a451e6",
    name: "TinyLlama 1.1B Chat",
    parametersBillion: 1.1,
    license: "Apache-2.0",
    maxLength: 2048,
    needs: { gpu: gpuNeeds, cpu: cpuNeeds },
    config: {
      model_type: "llama",
      hidden_size: 2048,
      intermediate_size: 5632,
      num_hidden_layers: 22,
      num_attention_heads: 32,
      num_key_value_heads: 4,
    },
  },
];

/**
 * A model of the operator's own, by the path of its folder. Its size and licence are not known, and what it needs is
 * what any model needs at least.
 */
export function localBaseModel(path: string): BaseModel {
  const id = localModelName(path);
  const least: HardwareNeeds = { vramGb: 0, ramGb: 1, diskGb: 1, cores: 1 };
  return {
    id,
    revision: "local",
    name: id,
    parametersBillion: null,
    license: null,
    maxLength: 1024,
    needs: { gpu: least, cpu: least },
  };
}

/** What a model of the operator's own is called: the name of its folder, where that is given as a path; else the id. */
export function localModelName(pathOrId: string): string {
  return (isModelPath(pathOrId) && pathOrId.split(/[\\/]/).findLast((part) => part !== "")) || pathOrId;
}

/** Whether this names a folder; else it is a hub's id. */
export function isModelPath(pathOrId: string): boolean {
  return /^([\\/]|[A-Za-z]:[\\/])/.test(pathOrId);
}
