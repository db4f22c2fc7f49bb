import { expect, it } from "vitest";
import shipped from "./llm-finetune/base-models.json" with { type: "json" };
import { baseModels } from "./llm-finetune/base-models.ts";
import { deriveNeeds, extendCatalogue } from "./model-catalogue.ts";

const hub = {
  id: "Qwen/Qwen3-0.6B",
  revision: "c1899de289a04d12100db370d81485cdf75e47ca",
  license: "Apache-2.0",
  parametersBillion: 0.6,
  maxLength: 4096,
  chatTemplate: "chatml",
  endTokens: ["<|im_end|>"],
  config: {
    architectures: ["Qwen3ForCausalLM"],
    hidden_size: 1024,
    intermediate_size: 3072,
    num_hidden_layers: 28,
    num_attention_heads: 16,
    num_key_value_heads: 8,
    head_dim: 128,
  },
};
const read = (...models: unknown[]) => extendCatalogue(JSON.stringify({ models }), "/etc/models.json");

it("puts an operator's models behind the shipped ones", () => {
  const models = read(hub, { id: "ours", path: "/srv/models/ours", license: "MIT", endTokens: ["</s>"] });
  expect(models.slice(0, baseModels.length)).toEqual(baseModels);
  expect(models.slice(baseModels.length)).toEqual([
    { ...hub, name: hub.id, needs: deriveNeeds(0.6) },
    {
      ...{ id: "ours", name: "ours", revision: "local", path: "/srv/models/ours" },
      ...{ license: "MIT", parametersBillion: null, maxLength: 1024 },
      ...{ chatTemplate: null, endTokens: ["</s>"] },
      needs: {
        basis: "derived",
        gpu: { vramGb: 0, ramGb: 1, diskGb: 1, cores: 1 },
        cpu: { vramGb: 0, ramGb: 1, diskGb: 1, cores: 1 },
      },
    },
  ]);
});

it("an encoder that comes as a package keeps its id", () => {
  expect(() => read({ id: "all-minilm-l6-v2", path: "/srv/models/all-minilm-l6-v2" })).toThrow(
    "id: is in the catalogue already",
  );
});

it("holds the shipped ones to the same schema, the roadmap's four among them", () => {
  const others = shipped.models.map(({ embedded, ...model }) => ({
    ...model,
    id: `other/${model.id.replace("/", "-")}`,
    revision: model.revision.slice(0, 40),
  }));
  expect(() => read(...others)).not.toThrow();
  expect(baseModels.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      "Qwen/Qwen2.5-1.5B-Instruct",
      "microsoft/Phi-3-mini-4k-instruct",
      "HuggingFaceTB/SmolLM2-1.7B-Instruct",
      "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    ]),
  );
});

it("names file, entry and field of all that is wrong at once, with the cure", () => {
  const { license, ...unlicensed } = hub;
  const wrong = [
    { ...hub, revision: "main" },
    { ...unlicensed, colour: "red" },
    { id: "ours", path: "models/ours" },
    baseModels[0] && { ...hub, id: baseModels[0].id },
  ];
  expect(() => read(...wrong)).toThrow(
    expect.objectContaining({
      code: "configuration-invalid",
      message: [
        "/etc/models.json cannot be used:",
        "entry 1 (Qwen/Qwen3-0.6B), revision: expected a commit of the hub's repository: 40 hexadecimal digits",
        "entry 2 (Qwen/Qwen3-0.6B), license: Invalid input: expected string, received undefined",
        'entry 2 (Qwen/Qwen3-0.6B), Unrecognized key: "colour"',
        "entry 3 (ours), path: expected the absolute path of a model's folder",
        "entry 4 (Qwen/Qwen2.5-1.5B-Instruct), id: is in the catalogue already",
      ].join("\n  "),
      fix: expect.stringContaining("docs/models.md"),
    }),
  );
});

it.each(["head_dim", "num_key_value_heads"] as const)("takes no model whose %s is not said", (field) => {
  const { [field]: left, ...config } = hub.config;
  expect(left).toBeGreaterThan(0);
  expect(() => read({ ...hub, config })).toThrow(
    `entry 1 (Qwen/Qwen3-0.6B), config.${field}: missing or no number: take ${field} from the model's config.json`,
  );
});

it.each([
  ["{", /^\/etc\/models\.json is no JSON/],
  ["[]", /^\/etc\/models\.json cannot be used/],
  ['{"models":[],"extra":1}', /Unrecognized key: "extra"/],
])("refuses %s", (text, message) => {
  expect(() => extendCatalogue(text, "/etc/models.json")).toThrow(message);
});

it("derives from a model's size what training it takes", () => {
  expect(deriveNeeds(8)).toEqual({
    basis: "derived",
    gpu: { vramGb: 12, ramGb: 16, diskGb: 20, cores: 2 },
    cpu: { vramGb: 0, ramGb: 40, diskGb: 20, cores: 4 },
  });
});
