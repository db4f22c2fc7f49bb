import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { keepBenchmark } from "./benchmark.ts";
import { fitOf, seeMachine } from "./fit.ts";

const none = { vramGb: 0, ramGb: 0, diskGb: 0, cores: 1 };
const listModels = async () => [{ id: "m", parametersBillion: 0.135 }];

function jobThatNeeds(cpu: Partial<typeof none>, given: { device?: string; seconds?: number } = {}): JobView {
  const spec = { kind: "llm-finetune", model: { id: "m" }, epochs: 1, shardRows: [1_000], maxLength: 512 };
  return {
    spec: { ...spec, device: given.device },
    needs: { cpu: { ...none, ...cpu }, gpu: { ...none, vramGb: 6 } },
    terms: { trainingPeriodSeconds: given.seconds ?? 86_400 },
  } as unknown as JobView;
}

async function measured(device: string, tokensPerSecond = 2_000) {
  const dir = await mkdtemp(join(tmpdir(), "trainchain-fit-"));
  await keepBenchmark(dir, { device }, { tokensPerSecond, device, deviceName: device, vramGb: 4 });
  return seeMachine(dir);
}

it("says of a job what the machine has too little of, and how long it would take at the worst", async () => {
  const machine = await measured("cpu");
  const on = { device: "cpu", listModels };
  const fits = await fitOf(machine, jobThatNeeds({ ramGb: 0.1 }), on);
  expect(fits).toEqual({
    lacks: [],
    estimatedSeconds: Math.round((1_000 * 512 * 0.135e9) / (2_000 * 3_145_728)),
  });
  const lacking = await fitOf(machine, jobThatNeeds({ ramGb: 99_999, cores: 5_000 }), on);
  expect(lacking?.lacks).toEqual(["99999 GiB of memory", "5000 CPU cores"]);
  expect((await fitOf(machine, jobThatNeeds({}, { seconds: 60 }), on))?.lacks).toEqual([
    "the speed to end in time",
  ]);
});

it("compares a graphics card's memory where the training would use it, and the processor's needs where the job asks for that", async () => {
  const machine = await measured("cuda");
  const on = { device: "cuda", listModels };
  expect((await fitOf(machine, jobThatNeeds({}), on))?.lacks).toEqual(["6 GiB of GPU memory"]);
  const onProcessor = await fitOf(machine, jobThatNeeds({ cores: 5_000 }, { device: "cpu" }), on);
  expect(onProcessor).toEqual({ lacks: ["5000 CPU cores"], estimatedSeconds: null });
});

it("compares before the machine was measured what is known without, and claims nothing else", async () => {
  const unmeasured = await seeMachine(await mkdtemp(join(tmpdir(), "trainchain-fit-")));
  const needy = jobThatNeeds({ ramGb: 99_999 });
  expect(await fitOf(unmeasured, needy, { device: "cpu", listModels })).toEqual({
    lacks: ["99999 GiB of memory"],
    estimatedSeconds: null,
  });
  for (const device of ["cuda", "auto"])
    expect(await fitOf(unmeasured, needy, { device, listModels })).toBeNull();
  const foreign = { ...jobThatNeeds({}), spec: null };
  expect(await fitOf(await measured("cpu"), foreign, { device: "cpu", listModels })).toBeNull();
});
