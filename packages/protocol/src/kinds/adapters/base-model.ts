import type { HardwareNeeds } from "../../hardware-needs.ts";

/** A base model that requesters may choose. Weights are loaded by id and pinned revision, or from a folder. */
export interface BaseModel {
  /** Hub id, or the name of a model of the operator's own: where it lies is nobody's business. */
  id: string;
  /** Commit of the hub repository; sha256 of an embedded model's package; "local" for a folder. */
  revision: string;
  name: string;
  /** Null where it is not known. */
  parametersBillion: number | null;
  /** As SPDX names it; null where it is not known. */
  license: string | null;
  /** Longest sequence (tokens) that a job may ask for. */
  maxLength: number;
  /** The chat format, by llama.cpp's name of it; null where only the model's own files say. */
  chatTemplate: string | null;
  /** What ends an answer; none where only the model's own files say. */
  endTokens: string[];
  needs: ModelNeeds;
  /** The shape that decides an adapter's keys, as in the model's own config.json; a folder's is read from there. */
  config?: BaseModelConfig | undefined;
  /** The folder that it is loaded from, where that is not a hub's. */
  path?: string | undefined;
  /** Of a model that no hub is needed for. */
  embedded?: { sha256: string; script: string } | undefined;
}

/** What training takes of a machine; derived from the number of parameters where nobody has measured it. */
export interface ModelNeeds {
  basis: "measured" | "derived";
  gpu: HardwareNeeds;
  cpu: HardwareNeeds;
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
  architectures: readonly string[];
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  /** Said of every language model of the catalogue; an encoder has neither. */
  num_key_value_heads?: number | undefined;
  head_dim?: number | undefined;
  /** The longest text of an encoder, in tokens. */
  max_position_embeddings?: number | undefined;
}

/**
 * A model of the operator's own of which nothing is said but its folder. Its size and licence are not known, and what
 * it needs is what any model needs at least.
 */
export function localBaseModel(path: string): BaseModel {
  const id = localModelName(path);
  const least: HardwareNeeds = { vramGb: 0, ramGb: 1, diskGb: 1, cores: 1 };
  return {
    ...{ id, revision: "local", name: id, path },
    ...{ parametersBillion: null, license: null, maxLength: 1024 },
    ...{ chatTemplate: null, endTokens: [] },
    needs: { basis: "derived", gpu: least, cpu: least },
  };
}

/** The catalogue's model of this id, or of the name of a folder that is given by its path. */
export function findBaseModel<Model extends Pick<BaseModel, "id">>(
  models: readonly Model[],
  given: string,
): Model | undefined {
  return models.find(({ id }) => id === given || id === localModelName(given));
}

/** What a model of the operator's own is called: the name of its folder, where that is given as a path; else the id. */
export function localModelName(pathOrId: string): string {
  return (isModelPath(pathOrId) && pathOrId.split(/[\\/]/).findLast((part) => part !== "")) || pathOrId;
}

/** Whether this names a folder; else it is a hub's id. */
export function isModelPath(pathOrId: string): boolean {
  return /^([\\/]|[A-Za-z]:[\\/])/.test(pathOrId);
}
