import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiClient } from "@trainchain/api-client";
import type { AppSettings, JobView } from "@trainchain/protocol";
import { linkSystemPython } from "@trainchain/testing";
import { afterEach, expect, it, vi } from "vitest";
import { keepBenchmark } from "./benchmark.ts";
import { examineMachine } from "./examine-machine.ts";

/* About three hours of training, of twelve that the job allows. */
const spec = { kind: "llm-finetune", model: { id: "m" }, epochs: 1, shardRows: [600_000], maxLength: 512 };
const job = { spec, terms: { trainingPeriodSeconds: 12 * 3_600 } } as unknown as JobView;
const api = {
  getConfig: async () => ({ models: [{ id: "m", parametersBillion: 0.135 }] }),
} as unknown as ApiClient;
const figures = { device: "cpu", deviceName: "cpu", vramGb: 0, tokensPerSecond: 1_221_000 };
const passes = { event: "preflight", ok: true, ...figures, ramGb: 8, diskGb: 99, cores: 2, checks: [] };

afterEach(() => {
  vi.useRealTimers();
});

async function examine(hours: AppSettings["hours"]) {
  const dir = await linkSystemPython();
  await writeFile(join(dir, "preflight.py"), `print('${JSON.stringify(passes)}')`);
  await keepBenchmark(dir, { device: "cpu" }, figures);
  const trainer = { envDir: dir, scriptDir: dir, device: "cpu", cores: undefined, hours, maxCrashes: 5 };
  const folders = { jobDir: join(dir, "job"), dataDir: dir, benchmarkSeconds: 1 };
  const run = { log: () => undefined, signal: new AbortController().signal };
  return examineMachine({ api, trainer, ...folders, ...run }, job);
}

it("a job passes whose training ends within the owner's hours, and one does not that they make impossible", async () => {
  vi.useFakeTimers({ now: new Date("2026-03-04T06:30:00"), toFake: ["Date"] });
  const report = await examine(null);
  expect([report.ok, report.estimatedSeconds]).toEqual([true, 10_797]);
  expect(await examine({ from: "06:00", to: "10:00" })).toMatchObject({ ok: true });
  expect(await examine({ from: "22:00", to: "07:00" })).toMatchObject({
    ok: false,
    reasons: [expect.stringContaining("1800 s lie in the hours you allow, 22:00 to 07:00.")],
  });
});
