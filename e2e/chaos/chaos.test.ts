import { afterAll, beforeAll, expect, it } from "vitest";
import { type JobWorld, startJobWorld } from "../job-moves/job-world.ts";
import { quickFaults } from "./faults.ts";
import { restartUnderLoad } from "./restarts-under-load.ts";
import { runJob } from "./run-job.ts";

let world: JobWorld;
beforeAll(async () => {
  world = await startJobWorld({ env: { api: { TRUST_PROXY: "true" } } });
});
afterAll(() => world?.stop());

it.each(quickFaults)("$name, when $at: the job ends paid once or refunded, to the wei", async (fault) => {
  expect(await runJob(world, fault)).toMatchObject({ ok: true, leftWei: "0" });
});

it("PostgreSQL restarted three times in a row, again and again, under six callers: everything goes on", async () => {
  const turns = 5;
  const { ended, answers, mostRefusals, ...endured } = await restartUnderLoad(world, turns);
  expect(ended).toBeUndefined();
  expect(endured).toEqual({ turns, of: turns, heard: [turns, turns] });
  expect(Object.keys(answers).filter((status) => !["200", "503"].includes(status))).toEqual([]);
  // A second of an honest caller's patience.
  expect(mostRefusals).toBeLessThanOrEqual(10);
});
