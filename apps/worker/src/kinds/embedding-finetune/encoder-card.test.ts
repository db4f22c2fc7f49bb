import type { AdapterJobSpec, EmbeddingResultDocument } from "@trainchain/protocol";
import { expect, test } from "vitest";
import { embeddingResult } from "./embedding-result.ts";
import { encoderCard } from "./encoder-card.ts";

const spec = {
  kind: "embedding-finetune",
  description: "Find passages.",
  model: { id: "all-minilm-l6-v2", revision: "r" },
  lora: { rank: 8, alpha: 16, seed: 7 },
  training: { epochs: 3, learningRate: 0.001, maxLength: 128, rowsPerStep: 32 },
  dataset: { rows: 640, holdoutRows: 80, format: "jsonl" },
} as unknown as AdapterJobSpec;

const draft = {
  ...{ jobId: "3", chainId: 80_002, escrow: "0xabc", specCid: "bafspec", mergedSha256: "merged" },
  ...{ method: "svd", rank: 16, relativeError: 0.001 },
  contributors: [
    { contributor: "0x1", rows: 280, weight: 0.5, evaluation: { loss: 2.5, recallAt10: 0.6 } },
    { contributor: "0x2", rows: 280, weight: 0.5, evaluation: null },
  ],
  evaluation: {
    ...{ holdoutRows: 80, measured: { rows: 80, tokens: 900 }, fedavg: null },
    ...{ base: { loss: 4, recallAt10: 0.125 }, merged: { loss: 2, recallAt10: 0.7 } },
    gain: { rows: 80, mean: 0.575, interval: 0.11, before: 0.125 },
  },
} as unknown as EmbeddingResultDocument;

test("a card says how the encoder is used, and how often it finds the right text", () => {
  const card = encoderCard(spec, draft);
  expect(card).toContain("licence Apache-2.0");
  expect(card).toContain("| `0x1` | 280 | 50.0 % | 60.0 % | 2.5000 |");
  expect(card).toContain("| `0x2` | 280 | 50.0 % | not measured | not measured |");
  expect(card).toContain("| base model | 12.5 % | 4.0000 |");
  expect(card).toContain("| merged adapter | 70.0 % | 2.0000 |");
  expect(card).toContain("Recall changed by +57.5 % ± 11.0 % (95 % interval, pair by pair).");
});

test("a card of a result that is not the merge says what it is", () => {
  const half = { rows: 40, loss: 1.5, merged: 2 };
  const delivered = { what: "contributor" as const, contributor: "0x1", sha256: "own" };
  const card = encoderCard(spec, { ...draft, delivered: { ...delivered, chosenOn: half, judgedOn: half } });
  expect(card).toContain("**This folder holds the adapter of `0x1` alone, not the merge**");
  expect(card).toContain("sha256 of adapter_model.safetensors: `own`");
});

test("scores come from ranks, and an evaluator that gives none is told from one that does", () => {
  const figures = { loss: 1.5, bitsPerByte: 0, rowLosses: [1, 2], tokens: 9 };
  expect(embeddingResult.scoreOf({ ...figures, ranks: [3, 12] })).toEqual({ loss: 1.5, recallAt10: 0.5 });
  expect(() => embeddingResult.scoreOf(figures)).toThrow("ranks no pairs");
});
