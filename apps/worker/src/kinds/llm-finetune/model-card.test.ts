import type { LlmJobSpec, ResultDocument } from "@trainchain/protocol";
import { expect, test } from "vitest";
import { modelCard } from "./model-card.ts";

const spec = {
  model: { id: "toy/model", revision: "local" },
  lora: { rank: 8, alpha: 16, seed: 7 },
  training: { epochs: 50, learningRate: 1e-3, maxLength: 128 },
  dataset: { rows: 120, holdoutRows: 20, format: "alpaca" },
  description: "",
} as unknown as LlmJobSpec;

const cardOf = (merged: number, start?: number) => {
  const loss = (nats: number) => ({ loss: nats, bitsPerByte: nats / 3 });
  const evaluation = {
    ...{ holdoutRows: 20, base: loss(4.64), merged: loss(merged), fedavg: null },
    ...(start === undefined ? {} : { start: loss(start) }),
  };
  return modelCard(spec, {
    ...{ jobId: "7", chainId: 1, escrow: "0x0", specCid: "spec", mergedSha256: "00", method: "exact" },
    ...{ rank: 8, relativeError: 0, contributors: [], evaluation },
  } as unknown as ResultDocument);
};

test("a result that is worse than what it started from says so", () => {
  const warning = "the merged adapter is worse than what it started from";
  expect(cardOf(6.94)).toContain(warning);
  expect(cardOf(3.1, 3)).toContain(warning);
  expect(cardOf(3)).not.toContain(warning);
});
