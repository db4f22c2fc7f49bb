import {
  type BaseModel,
  baseModels,
  type LlmJobSpec,
  localBaseModel,
  type ResultDocument,
} from "@trainchain/protocol";
import { expect, test } from "vitest";
import { modelCard } from "./model-card.ts";

const spec = {
  model: { id: "toy/model", revision: "local" },
  lora: { rank: 8, alpha: 16, seed: 7 },
  training: { epochs: 50, learningRate: 1e-3, maxLength: 128 },
  dataset: { rows: 120, holdoutRows: 20, format: "alpaca" },
  description: "",
} as unknown as LlmJobSpec;

const cardOf = (
  merged: number,
  start?: number,
  delivered?: ResultDocument["delivered"],
  rank = 8,
  model = "toy/model",
  models: readonly BaseModel[] = baseModels,
) => {
  const loss = (nats: number) => ({ loss: nats, bitsPerByte: nats / 3 });
  const evaluation = {
    ...{ holdoutRows: 20, base: loss(4.64), merged: loss(merged), fedavg: null },
    ...(start === undefined ? {} : { start: loss(start) }),
  };
  const result = {
    ...{ jobId: "7", chainId: 1, escrow: "0x0", specCid: "spec", mergedSha256: "00", method: "exact" },
    ...{ rank, relativeError: 0, contributors: [], evaluation, delivered },
  } as unknown as ResultDocument;
  return modelCard({ ...spec, model: { ...spec.model, id: model } }, result, models);
};

test("a card says the licence, the chat format and the ends of answers that the catalogue has", () => {
  const own = { ...localBaseModel("/models/own"), license: "Own 1.0" };
  const card = (model: string) => cardOf(3, undefined, undefined, 8, model, [...baseModels, own]);
  expect(card("microsoft/Phi-3-mini-4k-instruct")).toMatch(/^---\nbase_model: .*\nlicense: mit\n/);
  expect(card("microsoft/Phi-3-mini-4k-instruct")).toContain(
    "Chat format `phi3`. An answer ends with `<|end|>` or `<|endoftext|>` or `<|assistant|>`.",
  );
  expect(card("own")).toContain('license: other\nlicense_name: "Own 1.0"\n');
  expect(card("own")).not.toContain("Chat format");
  expect(card("toy/model")).toContain("licence unknown");
});

test("a result that is worse than what it started from says so", () => {
  const warning = "the merged adapter is worse than what it started from";
  expect(cardOf(6.94)).toContain(warning);
  expect(cardOf(3.1, 3)).toContain(warning);
  expect(cardOf(3)).not.toContain(warning);
});

test("a card says what lies beside it where that is not the merge", () => {
  const halves = {
    chosenOn: { rows: 10, loss: 2.9, merged: 3 },
    judgedOn: { rows: 10, loss: 2.95, merged: 3 },
  };
  const single = cardOf(3, undefined, { what: "contributor", contributor: "0xab", sha256: "ff", ...halves });
  expect(single).toContain("the adapter of `0xab` alone, not the merge");
  expect(single).toContain("sha256 of adapter_model.safetensors: `ff`");
  const start = cardOf(3, undefined, { what: "start", sha256: "ff", ...halves });
  expect(start).toContain("what the job started from, not the merge");
  expect(cardOf(3)).not.toContain("not the merge");
  expect(cardOf(3)).toContain("sha256 of adapter_model.safetensors: `00`");
});

test("a single adapter is served by its own rank, not by the merge's", () => {
  const halves = { chosenOn: { rows: 9, loss: 2, merged: 3 }, judgedOn: { rows: 9, loss: 2, merged: 3 } };
  const single = cardOf(
    3,
    undefined,
    { what: "contributor", contributor: "0xab", sha256: "f", ...halves },
    24,
  );
  expect(single).toContain("--max-lora-rank 8 ");
  expect(cardOf(3, undefined, undefined, 24)).toContain("--max-lora-rank 32 ");
});
