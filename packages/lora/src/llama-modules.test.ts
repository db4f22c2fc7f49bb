import { expect, it } from "vitest";
import { adapterLayout } from "./layout.ts";
import { modulesOfLlamaLike } from "./llama-modules.ts";
import vectors from "./llama-modules.vectors.json" with { type: "json" };

const qwen = {
  architectures: ["Qwen2ForCausalLM"],
  hidden_size: 1536,
  intermediate_size: 8960,
  num_hidden_layers: 28,
  num_attention_heads: 12,
  num_key_value_heads: 2,
};

it("Qwen2.5-1.5B has 196 linear layers and 18,464,768 values at rank 16", () => {
  const modules = modulesOfLlamaLike(qwen);
  expect(modules).toHaveLength(196);
  expect(adapterLayout(modules, 16).parameters).toBe(18_464_768);
  expect(modules[1]).toEqual({ path: "model.layers.0.self_attn.k_proj", inFeatures: 1536, outFeatures: 256 });
});

it("Phi-3 mini has fused projections", () => {
  const phi = {
    ...qwen,
    architectures: ["Phi3ForCausalLM"],
    hidden_size: 3072,
    intermediate_size: 8192,
    num_attention_heads: 32,
    num_key_value_heads: 32,
  };
  expect(modulesOfLlamaLike(phi).slice(0, 4)).toEqual([
    { path: "model.layers.0.self_attn.qkv_proj", inFeatures: 3072, outFeatures: 9216 },
    { path: "model.layers.0.self_attn.o_proj", inFeatures: 3072, outFeatures: 3072 },
    { path: "model.layers.0.mlp.gate_up_proj", inFeatures: 3072, outFeatures: 16384 },
    { path: "model.layers.0.mlp.down_proj", inFeatures: 8192, outFeatures: 3072 },
  ]);
});

it.each(vectors)(
  "$config.architectures has the layers that transformers makes of it",
  ({ config, layers }) => {
    const found = modulesOfLlamaLike(config).map((module) => [
      module.path,
      module.inFeatures,
      module.outFeatures,
    ]);
    expect(found.toSorted()).toEqual(layers);
  },
);

it("an unknown architecture is refused by name", () => {
  expect(() => modulesOfLlamaLike({ ...qwen, architectures: ["GPT2LMHeadModel"] })).toThrow(
    "GPT2LMHeadModel",
  );
});
