import { describe, expect, it, test } from "vitest";
import { factsOf } from "../facts.ts";
import { shippedModels } from "../shipped-models.ts";
import type { SpecSummary } from "../table.ts";
import { leastBytesAToken, needsAtLength, tokenBytesOf } from "./token-memory.ts";
import vectors from "./token-memory.vectors.json" with { type: "json" };

test.each(vectors)(
  "a token of $name takes what the trainer reckons with",
  ({ config, float32, bfloat16 }) => {
    expect(leastBytesAToken(config, 4)).toBe(float32);
    expect(leastBytesAToken(config, 2)).toBe(bfloat16);
  },
);

test("every shipped model's shape is among them", () => {
  const known = vectors.map(({ config }) => JSON.stringify(config));
  for (const { config } of shippedModels) expect(known).toContain(JSON.stringify(config));
});

describe("what a machine needs", () => {
  const phi = shippedModels.find(({ id }) => id.startsWith("microsoft/"))!;
  const model = { ...phi, tokenBytes: tokenBytesOf(phi) };

  it("is the catalogue's with the longest rows, and less with shorter ones", () => {
    expect(needsAtLength(model, phi.maxLength)).toEqual({ gpu: phi.needs.gpu, cpu: phi.needs.cpu });
    const { gpu, cpu } = needsAtLength(model, 512);
    expect(gpu).toEqual({ ...phi.needs.gpu, vramGb: 4.5 });
    expect(cpu.ramGb).toBe(20);
  });

  it("is more with rows that are longer than those which the catalogue speaks of", () => {
    const { gpu } = needsAtLength({ ...model, maxLength: 32_768 }, 16_384);
    expect(gpu.vramGb).toBeGreaterThan(phi.needs.gpu.vramGb + 7);
  });

  it("never falls below half of what the catalogue says", () => {
    const modest = { ...model, needs: { ...phi.needs, gpu: { ...phi.needs.gpu, vramGb: 2 } } };
    expect(needsAtLength(modest, 8).gpu.vramGb).toBe(1);
  });

  it("is the catalogue's where the model's shape is not known", () => {
    expect(needsAtLength({ ...phi, tokenBytes: undefined }, 8).gpu).toEqual(phi.needs.gpu);
  });
});

test("a job's facts say what memory it takes, with a graphics card and without one", () => {
  const summary: SpecSummary = {
    kind: "embedding-finetune",
    ...{ draftId: "d", description: "", model: { id: "m", revision: "r" } },
    ...{ epochs: 1, rows: 90, shardRows: [70], rank: 8, alpha: 16, learningRate: 1e-3, maxLength: 64 },
  };
  const told = (memory?: { gpuGb: number; cpuGb: number }) =>
    factsOf({ ...summary, memory }).find(([label]) => label === "Memory")?.[1];
  expect(told({ gpuGb: 4.5, cpuGb: 20 })).toBe("4.5 GB of graphics memory, or 20 GB without a graphics card");
  expect(told({ gpuGb: 0, cpuGb: 20 })).toBe("20 GB");
  expect(told()).toBeUndefined();
});
