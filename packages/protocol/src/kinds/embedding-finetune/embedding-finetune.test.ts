import { expect, it } from "vitest";
import { outcomeOf } from "../outcome.ts";
import { findEmbeddedModel } from "../shipped-models.ts";
import { jobSpecSchema, kindOf } from "../table.ts";
import { escrowTakes } from "../words.ts";
import { heldOutPairs, pairsPerStep } from "./limits.ts";
import { encoderModels, findEncoder } from "./models.ts";
import { recallGain, recallOf } from "./recall.ts";
import { type EmbeddingResultDocument, embeddingResultDocumentSchema } from "./receipt.ts";
import { embeddingJobSpecSchema } from "./spec.ts";

const spec = {
  version: 1,
  kind: "embedding-finetune",
  draftId: "d",
  description: "",
  model: { id: "all-minilm-l6-v2", revision: "r" },
  lora: { rank: 8, alpha: 16, targetModules: "all-linear", seed: 1 },
  training: { epochs: 3, learningRate: 1e-3, maxLength: 128, rowsPerStep: 32, rowOrder: "drawn" },
  dataset: {
    ...{ format: "jsonl", rows: 640, holdoutRows: 80, shardRows: [280, 280], fittingRows: [280, 280] },
    shardsSha256: "0".repeat(64),
  },
  aggregation: { method: "svd", rank: "auto" },
};

it("recall counts a pair whose own positive is among the first ten", () => {
  expect(recallOf([1, 10, 11, 400])).toBe(0.5);
  const gain = recallGain([11, 12, 13, 1], [1, 2, 13, 1]);
  expect(gain).toMatchObject({ rows: 4, mean: 0.5, before: 0.25 });
  expect(recallGain([1], [1])).toBeUndefined();
});

it("a machine needs less memory for shorter texts, and for fewer pairs a step: all of them are in memory together", () => {
  const ramGb = (maxLength: number, rowsPerStep: number) => {
    const training = { ...spec.training, maxLength, rowsPerStep };
    const read = embeddingJobSpecSchema.parse({ ...spec, training });
    return kindOf("embedding-finetune").needsOf(read, [])?.cpu.ramGb;
  };
  expect([ramGb(256, 32), ramGb(128, 32), ramGb(128, 8)]).toEqual([4, 3.4, 2.9]);
});

it("a step holds up to 32 pairs, and fewer where pairs are few", () => {
  expect([10, 600, 1_000, 5_000].map((pairs) => pairsPerStep(pairs, 1))).toEqual([8, 8, 16, 32]);
  expect([8, 15, 20, 31, 40].map((pairs) => pairsPerStep(pairs, 100))).toEqual([8, 8, 16, 16, 32]);
});

it("a tenth of the pairs is held out, and never fewer than recall can be measured by", () => {
  expect([60, 499, 2_000, 1e6].map(heldOutPairs)).toEqual([50, 50, 200, 1_000]);
});

it("its trainer is the adapters' own, told to lower the loss of pairs", async () => {
  const { trainer, usesOf, summarise } = kindOf("embedding-finetune");
  const read = jobSpecSchema.parse(spec);
  expect(trainer.optionsOf(read, "cid", "/m")).toMatchObject({
    objective: "in-batch",
    "rows-per-step": 32,
    "model-name": "/m",
  });
  expect(trainer.script).toBe("train_llm.py");
  expect(trainer.submission.path).toBe("/jobs/submit-adapter");
  expect(summarise(read)).toMatchObject({ kind: "embedding-finetune", rows: 640, maxLength: 128 });
  // Two texts of the full length, whatever their mean.
  await expect(usesOf(summarise(read), async () => [])).resolves.toBeCloseTo(280 * 3 * 2 * 128 * 22e6, -3);
  expect(embeddingJobSpecSchema.safeParse({ ...spec, kind: "llm-finetune" }).success).toBe(false);
});

it("only the escrow's first version knows two kinds alone", () => {
  expect(escrowTakes("1", "embedding-finetune")).toBe(false);
  expect(escrowTakes("1", "image-classification")).toBe(true);
  expect(escrowTakes("2", "embedding-finetune")).toBe(true);
});

it("an encoder is found by its id, a folder of the operator's by its path, and a language model never", () => {
  const [shipped] = encoderModels;
  const own = { ...shipped!, id: "tiny", revision: "local" };
  const llm = { ...shipped!, id: "qwen", revision: "abc" };
  expect(findEncoder([], "all-minilm-l6-v2")).toBe(shipped);
  expect(findEncoder([own, llm], "/models/tiny")).toBe(own);
  expect(findEncoder([own, llm], "qwen")).toBeUndefined();
  expect(findEmbeddedModel("all-minilm-l6-v2")).toMatchObject({ script: "make_minilm.py" });
});

it("a result says how often the requester's encoder finds the right text, and the base model", () => {
  const score = (recallAt10: number) => ({ loss: 1, recallAt10 });
  const result = {
    kind: "embedding-finetune",
    contributors: [],
    evaluation: { base: score(0.5), merged: score(0.75), fedavg: null },
  } as unknown as EmbeddingResultDocument;
  expect(outcomeOf(result)).toBe(
    "Finds the right text among the first ten for 75.0 % of unseen pairs; the base model for 50.0 %.",
  );
  expect(outcomeOf({ ...result, evaluation: null })).toBe("The result was not measured.");
  expect(embeddingResultDocumentSchema.safeParse(result).success).toBe(false);
});
