import { type BaseModel, findBaseModel } from "../adapters/base-model.ts";

/** The sentence encoders that requesters may choose; the first one comes without a hub. */
export const encoderModels: readonly BaseModel[] = [
  {
    id: "all-minilm-l6-v2",
    // Of the package's wheel, as trainer/requirements-minilm.txt locks it.
    revision: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    name: "all-MiniLM-L6-v2",
    parametersBillion: 0.022,
    license: "Apache-2.0",
    maxLength: 256,
    chatTemplate: null,
    endTokens: [],
    needs: {
      basis: "derived",
      gpu: { vramGb: 2, ramGb: 4, diskGb: 2, cores: 1 },
      cpu: { vramGb: 0, ramGb: 4, diskGb: 2, cores: 1 },
    },
    config: {
      architectures: ["BertModel"],
      hidden_size: 384,
      intermediate_size: 1536,
      num_hidden_layers: 6,
      num_attention_heads: 12,
      max_position_embeddings: 512,
    },
    embedded: {
      sha256: "2408da2a9f3a7fc3518efb2332768489312016a7070f23ebb3b44a439b216c26",
      script: "make_minilm.py",
    },
  },
];

/**
 * A sentence encoder by its id, or by the path or name of a folder of the operator's own; of these the platform does not
 * know what they are before it prepares a job.
 *
 * @param models the catalogue
 */
export function findEncoder(models: readonly BaseModel[], given: string): BaseModel | undefined {
  return findBaseModel([...encoderModels, ...models.filter(({ revision }) => revision === "local")], given);
}
