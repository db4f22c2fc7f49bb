import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clearDeliveries } from "./clear-deliveries.ts";
import type { JobRecord, JobState } from "./job-record.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-clear-deliveries-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const jobDir = (jobId: string) => join(dir, jobId);
const now = new Date("2026-03-10T12:00:00Z");

/** A job of which everything lies there that one leaves, and what does after a clearing so many days after its last move. */
async function left(jobId: string, state: JobState, daysAgo: number) {
  await mkdir(jobDir(jobId));
  for (const file of ["adapter.age", "adapter_model.safetensors", "model.tar", "trainer.log"])
    await writeFile(join(jobDir(jobId), file), "x");
  const updatedAt = new Date(now.getTime() - daysAgo * 86_400_000).toISOString();
  const record = { jobId, state, facts: {}, updatedAt } as JobRecord;
  await clearDeliveries([record], jobDir, now);
  return (await readdir(jobDir(jobId))).sort();
}

it("removes a job's sealed delivery when it has ended, what was trained a week later, and nothing before", async () => {
  const trained = ["adapter_model.safetensors", "model.tar", "trainer.log"];
  expect(await left("1", "verified", 90)).toEqual(["adapter.age", ...trained]);
  expect(await left("2", "paid", 0)).toEqual(trained);
  expect(await left("3", "rejected", 6.9)).toEqual(trained);
  expect(await left("4", "released", 7.1)).toEqual(["trainer.log"]);
});

it("takes no offence at a job of which nothing was ever kept", async () => {
  const record = { jobId: "5", state: "released", facts: {}, updatedAt: "2026-01-01T00:00:00.000Z" };
  await clearDeliveries([record as JobRecord], jobDir, now);
});
