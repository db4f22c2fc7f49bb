import { modulesOfBert } from "@trainchain/lora";
import type { AdapterJobSpec } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { trainingUses } from "../training-uses.ts";
import { replayTermsOf } from "./replay-terms-of.ts";

const modules = modulesOfBert({ hidden_size: 64, intermediate_size: 128, num_hidden_layers: 1 });
const specOf = (kind: AdapterJobSpec["kind"], fittingRows?: number[]) =>
  ({
    kind,
    lora: { rank: 8 },
    training: { epochs: 3, maxLength: 128 },
    dataset: { meanRowChars: 20, fittingRows },
  }) as AdapterJobSpec;
const spec = specOf("embedding-finetune", [100, 90]);

it("an encoder's trainings are done again, whoever asked for it, where somebody counts their pairs", () => {
  const told = replayTermsOf({ replaySegments: 16 }, spec, modules, false);
  expect(told).toMatchObject({ segments: 16, arithmetic: "cpu/float32/none" });
  expect(replayTermsOf({ replaySegments: 16 }, specOf(spec.kind), modules, false)).toBeUndefined();
  expect(replayTermsOf({ replaySegments: 0 }, spec, modules, false)).toBeUndefined();
  expect(() => replayTermsOf({ replaySegments: 0 }, spec, modules, true)).toThrow("no such training again");
});

it("a pair costs two texts of the full length, however short their mean, and a row its mean", () => {
  const parameters = 4 * 64 * 64 + 2 * 64 * 128;
  expect(trainingUses(spec, modules)).toBe(100 * 3 * 2 * 128 * parameters);
  expect(trainingUses(specOf("llm-finetune", [100]), modules)).toBe(100 * 3 * 74 * parameters);
});
