import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Agent } from "./agent.ts";
import { createChooser } from "./choose-job.ts";
import { openHistory } from "./history.ts";
import { createJobRecords } from "./job-records.ts";
import { createJobRuns } from "./job-runs.ts";
import type { StepContext } from "./step-context.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-choose-job-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const chain = { chainId: 1, escrow: `0x${"1".repeat(40)}` } as const;

/** The runs of an agent whose platform never answers, so that what is run first keeps the machine. */
function openRuns() {
  const history = openHistory(dir, chain);
  const records = createJobRecords(history, chain, () => undefined);
  const stopped = new AbortController();
  const contextOf = (jobId: string, signal: AbortSignal) =>
    ({
      ...{ signal, jobDir: join(dir, jobId), note() {}, record: () => records.of(jobId) },
      moveTo: (state: "preflight") => records.move(jobId, state, {}),
      api: {
        getJob: () =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      },
    }) as unknown as StepContext;
  const told = { onQueue: () => undefined, log: () => undefined };
  const deps = { records, contextOf, jobDir: (jobId: string) => join(dir, jobId) };
  const runs = createJobRuns({ ...deps, ...told, stopped: stopped.signal });
  return {
    runs,
    records,
    async close() {
      stopped.abort(new Error("closed"));
      await runs.settled();
      history.close();
    },
  };
}

it("looks for jobs while one is done, and stands in no queue for that", async () => {
  const { runs, close } = openRuns();
  runs.runAside("1");
  const agent = runs as unknown as Agent;
  const { signal } = new AbortController();
  const choose = createChooser(agent, { rule: () => undefined, pollMs: 1, onPassedOver() {} });
  for (let look = 0; look < 3; look++) expect(await choose(signal)).toBeUndefined();
  runs.runAside("2");
  expect([runs.placeOf("1"), runs.placeOf("2")]).toEqual([0, 1]);
  await close();
});

it("checks a job anew that somebody names after the machine was unfit for it, or that was missed", async () => {
  const { runs, records, close } = openRuns();
  for (const [jobId, state] of [
    ["3", "unfit"],
    ["4", "missed"],
  ] as const) {
    records.move(jobId, state, { reason: "The card's memory was taken." });
    runs.runAside(jobId);
    expect(records.of(jobId)).toMatchObject({ state: "discovered", facts: {} });
  }
  records.move("5", "released", {});
  expect(await runs.run("5")).toMatchObject({ state: "released" });
  await close();
});
