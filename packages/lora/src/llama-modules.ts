import type { AdaptedModule } from "./layout.ts";

/** The fields of a Hugging Face config.json that determine its linear layers. */
export interface LlamaLikeConfig {
  readonly architectures?: readonly string[];
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number | null;
  readonly head_dim?: number | null;
}

/** Llama's names and sizes. Each is held to what transformers makes of it (llama-modules.vectors.json). */
const separate = new Set([
  "LlamaForCausalLM",
  "Qwen2ForCausalLM",
  "Qwen3ForCausalLM",
  "MistralForCausalLM",
  "MinistralForCausalLM",
  "SmolLM3ForCausalLM",
  "GemmaForCausalLM",
  "Gemma2ForCausalLM",
  "Gemma3ForCausalLM",
  "GraniteForCausalLM",
  "Olmo2ForCausalLM",
  "Olmo3ForCausalLM",
  "Exaone4ForCausalLM",
  "Ernie4_5ForCausalLM",
  "HunYuanDenseV1ForCausalLM",
  "SeedOssForCausalLM",
]);
const fused = new Set(["Phi3ForCausalLM"]);

/**
 * Every linear layer but lm_head (PEFT's `all-linear`) of a Llama-like model, with grouped-query attention and
 * Phi-3's fused qkv_proj and gate_up_proj.
 * @throws RangeError for an architecture or a size it does not know
 */
export function modulesOfLlamaLike(config: LlamaLikeConfig): AdaptedModule[] {
  const architecture = config.architectures?.[0] ?? "none";
  if (!separate.has(architecture) && !fused.has(architecture)) {
    const known = [...separate, ...fused].join(", ");
    throw new RangeError(
      `cannot derive the linear layers of architecture ${architecture}; known are ${known}`,
    );
  }
  const layers = assertSize(config.num_hidden_layers, "num_hidden_layers");
  const perLayer = (fused.has(architecture) ? fusedLayer : separateLayer)(sizesOf(config));
  return Array.from({ length: layers }, (_, layer) =>
    perLayer.map(([name, inFeatures, outFeatures]) => ({
      path: `model.layers.${layer}.${name}`,
      inFeatures,
      outFeatures,
    })),
  ).flat();
}

interface Sizes {
  hidden: number;
  inner: number;
  queries: number;
  keys: number;
}

type Linear = [name: string, inFeatures: number, outFeatures: number];

function sizesOf(config: LlamaLikeConfig): Sizes {
  const hidden = assertSize(config.hidden_size, "hidden_size");
  const heads = assertSize(config.num_attention_heads, "num_attention_heads");
  const headDim = assertSize(config.head_dim ?? Math.floor(hidden / heads), "head_dim");
  return {
    hidden,
    inner: assertSize(config.intermediate_size, "intermediate_size"),
    queries: heads * headDim,
    keys: assertSize(config.num_key_value_heads ?? heads, "num_key_value_heads") * headDim,
  };
}

function separateLayer({ hidden, inner, queries, keys }: Sizes): Linear[] {
  return [
    ["self_attn.q_proj", hidden, queries],
    ["self_attn.k_proj", hidden, keys],
    ["self_attn.v_proj", hidden, keys],
    ["self_attn.o_proj", queries, hidden],
    ["mlp.gate_proj", hidden, inner],
    ["mlp.up_proj", hidden, inner],
    ["mlp.down_proj", inner, hidden],
  ];
}

function fusedLayer({ hidden, inner, queries, keys }: Sizes): Linear[] {
  return [
    ["self_attn.qkv_proj", hidden, queries + 2 * keys],
    ["self_attn.o_proj", queries, hidden],
    ["mlp.gate_up_proj", hidden, 2 * inner],
    ["mlp.down_proj", inner, hidden],
  ];
}

function assertSize(value: number, field: string): number {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`config.json: ${field} is ${value}, not a size`);
  return value;
}
