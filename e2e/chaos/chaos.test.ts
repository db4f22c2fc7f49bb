import { afterAll, beforeAll, expect, it } from "vitest";
import { type JobWorld, startJobWorld } from "../job-moves/job-world.ts";
import { quickFaults } from "./faults.ts";
import { runJob } from "./run-job.ts";

let world: JobWorld;
beforeAll(async () => {
  world = await startJobWorld();
});
afterAll(() => world?.stop());

it.each(quickFaults)("$name, when $at: the job ends paid once or refunded, to the wei", async (fault) => {
  expect(await runJob(world, fault)).toMatchObject({ ok: true, leftWei: "0" });
});
