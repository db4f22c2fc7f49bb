import { tmpdir } from "node:os";
import { modulesOfBert } from "@trainchain/lora";
import type { AdapterJobSpec } from "@trainchain/protocol";
import { diskBytesOf } from "@trainchain/protocol/node";
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

const deps = { replaySegments: 16, dataDir: tmpdir() };

it("an encoder's trainings are done again, whoever asked for it, where somebody counts their pairs", async () => {
  const told = await replayTermsOf(deps, spec, modules, false);
  expect(told).toMatchObject({ segments: 16, arithmetic: "cpu/float32/none" });
  const none = { ...deps, replaySegments: 0 };
  expect(await replayTermsOf(deps, specOf(spec.kind), modules, false)).toBeUndefined();
  expect(await replayTermsOf(none, spec, modules, false)).toBeUndefined();
  await expect(replayTermsOf(none, spec, modules, true)).rejects.toThrow("no such training again");
});

it("no training is done again whose states would take more of the disk than may be kept for them", async () => {
  const disk = await diskBytesOf(deps.dataDir);
  const { boundaryBytes = 0 } = (await replayTermsOf(deps, spec, modules, false)) ?? {};
  const vast = { ...spec, lora: { ...spec.lora, rank: Math.ceil((8 * disk) / (16 * boundaryBytes)) } };
  expect(await replayTermsOf(deps, vast, modules, false)).toBeUndefined();
  await expect(replayTermsOf(deps, vast, modules, true)).rejects.toMatchObject({
    fix: expect.stringContaining("rank"),
  });
});

it("a pair costs two texts of the full length, however short their mean, and a row its mean", () => {
  const parameters = 4 * 64 * 64 + 2 * 64 * 128;
  expect(trainingUses(spec, modules)).toBe(100 * 3 * 2 * 128 * parameters);
  expect(trainingUses(specOf("llm-finetune", [100]), modules)).toBe(100 * 3 * 74 * parameters);
});
