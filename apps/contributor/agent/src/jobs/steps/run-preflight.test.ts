import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobView } from "@trainchain/protocol";
import { linkSystemPython } from "@trainchain/testing";
import { expect, it } from "vitest";
import { mayTake } from "../choose-job.ts";
import type { JobRecord } from "../job-record.ts";
import type { StepContext } from "../step-context.ts";
import { runPreflight } from "./run-preflight.ts";

const terms = {
  ...{ reviewPeriodSeconds: 86_400, trainingPeriodSeconds: 3_600, bondWei: "0" },
  ...{ maxContributors: 1, minContributors: 1 },
};
const spec = { kind: "llm-finetune", model: { id: "m" }, epochs: 1, shardRows: [10], maxLength: 512 };
const job = { status: "open", asks: [], spec, needs: {}, terms, shareWei: "1", slots: [] };

it("a machine whose check crashes is unfit for an hour, and not for ever", async () => {
  const dir = await linkSystemPython();
  await writeFile(join(dir, "preflight.py"), "raise SystemExit('out of memory')");
  const { to, facts } = await runPreflight({
    api: {
      getJob: async () => job as unknown as JobView,
      getConfig: async () => ({ models: [] }),
    },
    permits: { find: async () => undefined },
    record: () => ({ jobId: "1" }),
    trainer: { envDir: dir, scriptDir: dir, device: "cpu", cores: undefined, maxCrashes: 5 },
    ...{ jobDir: join(dir, "job"), dataDir: dir, benchmarkSeconds: 1, mostBondPercent: 10, log() {} },
    signal: new AbortController().signal,
  } as unknown as StepContext);
  expect([to, facts?.reason]).toEqual(["unfit", expect.stringContaining("could not be checked")]);
  const now = Date.now() / 1_000;
  const unfit = { state: to, facts } as JobRecord;
  expect([mayTake(unfit, now + 3_500), mayTake(unfit, now + 3_700)]).toEqual([false, true]);
});
