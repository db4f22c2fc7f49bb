import type { HardwareNeeds } from "../../hardware-needs.ts";
import type { BaseModel, BaseModelConfig, ModelNeeds } from "./base-model.ts";

const gib = 1024 ** 3;

/** The catalogue says what rows of so many tokens need, or of the longest that a model takes where that is shorter. */
const usualTokens = 4_096;

/** What a token takes in memory, in bytes: in half precision on a graphics card, in single on a processor. */
interface TokenBytes {
  gpu: number;
  cpu: number;
}

/**
 * Bytes that a token of the longest row takes at the peak of a step at the least: where little memory is free, the
 * trainer computes activations again instead of keeping them. trainer/arithmetic.py, bytes_a_token, reckons the same;
 * both are held to token-memory.vectors.json.
 */
export function leastBytesAToken(config: BaseModelConfig, bytesAValue: 2 | 4): number {
  const { hidden_size: hidden, num_hidden_layers: layers, num_attention_heads: heads } = config;
  const headSize = config.head_dim ?? Math.floor(hidden / heads);
  const queries = heads * headSize;
  const keyValues = (config.num_key_value_heads ?? heads) * headSize;
  const single = 4 * (2 * hidden + 2 * queries + 2 * keyValues);
  const layer = single + bytesAValue * (2 * hidden + queries + 3 * config.intermediate_size);
  return 2 * (layer + 4 * layers * hidden);
}

/** Undefined where the model's shape is not known. */
export function tokenBytesOf({ config }: Pick<BaseModel, "config">): TokenBytes | undefined {
  return config && { gpu: leastBytesAToken(config, 2), cpu: leastBytesAToken(config, 4) };
}

/** A model as the catalogue or the platform's configuration describes it. */
interface DescribedModel {
  needs: Pick<ModelNeeds, "gpu" | "cpu">;
  tokenBytes?: TokenBytes | null | undefined;
  maxLength: number;
}

/**
 * What training a model needs with texts of at most `length` tokens, so many of which have to be in memory together.
 *
 * @param together of the job, and of what the catalogue says
 */
export function needsAtLength(
  { needs, tokenBytes, maxLength }: DescribedModel,
  length: number,
  together = { texts: 1, usual: 1 },
): { gpu: HardwareNeeds; cpu: HardwareNeeds } {
  const more = length * together.texts - Math.min(maxLength, usualTokens) * together.usual;
  const changed = (gb: number, bytes: number) =>
    Math.max(gb / 2, Math.ceil(10 * (gb + (more * bytes) / gib)) / 10);
  if (!tokenBytes) return { gpu: needs.gpu, cpu: needs.cpu };
  const { gpu, cpu } = needs;
  return {
    gpu: { ...gpu, vramGb: gpu.vramGb === 0 ? 0 : changed(gpu.vramGb, tokenBytes.gpu) },
    cpu: { ...cpu, ramGb: changed(cpu.ramGb, tokenBytes.cpu) },
  };
}
