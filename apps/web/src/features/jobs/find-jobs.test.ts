import type { JobView, SlotView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { findJobs, freePlaces } from "./find-jobs.ts";

const now = Date.UTC(2026, 10, 22);
const at = (ms: number) => new Date(ms).toISOString();

const job = (jobId: string, kind: JobView["kind"]) => ({ jobId, kind, spec: null }) as unknown as JobView;

it("finds jobs by all words of the search, in any case and order", () => {
  const jobs = [job("1", "llm-finetune"), job("2", "image-classification")];
  expect(findJobs(jobs, " FINE-tuning llm ").map(({ jobId }) => jobId)).toEqual(["1"]);
  expect(findJobs(jobs, "2").map(({ jobId }) => jobId)).toEqual(["2"]);
  expect(findJobs(jobs, "")).toHaveLength(2);
  expect(findJobs(jobs, "llm 2")).toEqual([]);
});

it("counts a slot as free unless somebody trains or has delivered, and none after the time to join", () => {
  const slots = ["accepted", "submitted", "rejected", "released"].map((status) => ({ status }) as SlotView);
  const terms = { maxContributors: 4, acceptBy: at(now + 1_000) } as JobView["terms"];
  expect(freePlaces({ terms, slots }, now)).toBe(2);
  expect(freePlaces({ terms: { ...terms, acceptBy: at(now - 1_000) }, slots }, now)).toBe(0);
});
