import { expect, it } from "vitest";
import { adapterConfig } from "./adapter-config.ts";
import { modulesOfBert } from "./bert-modules.ts";

const minilm = { hidden_size: 384, intermediate_size: 1536, num_hidden_layers: 6 };

it("a MiniLM of six layers has 36 linear layers, its pooler not among them", () => {
  const modules = modulesOfBert(minilm);
  expect(modules).toHaveLength(36);
  expect(modules[4]).toEqual({
    path: "encoder.layer.0.intermediate.dense",
    inFeatures: 384,
    outFeatures: 1536,
  });
  expect(modules.at(-1)?.path).toBe("encoder.layer.5.output.dense");
});

it("what is no size is refused by name", () => {
  expect(() => modulesOfBert({ ...minilm, intermediate_size: 0 })).toThrow("intermediate_size");
});

it("an adapter's configuration says whether its model answers or embeds", () => {
  const encoder = adapterConfig({ baseModel: "m", rank: 4, modules: modulesOfBert(minilm) });
  expect(encoder.task_type).toBe("FEATURE_EXTRACTION");
  expect(encoder.target_modules).toEqual(["dense", "key", "query", "value"]);
  const modules = [{ path: "model.layers.0.mlp.up_proj", inFeatures: 8, outFeatures: 8 }];
  expect(adapterConfig({ baseModel: "m", rank: 4, modules }).task_type).toBe("CAUSAL_LM");
});
