import type { JobView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { findJobs } from "./find-jobs.ts";

const job = (jobId: string, kind: JobView["kind"]) => ({ jobId, kind, spec: null }) as unknown as JobView;

it("finds jobs by all words of the search, in any case and order", () => {
  const jobs = [job("1", "llm-finetune"), job("2", "image-classification")];
  expect(findJobs(jobs, " FINE-tuning llm ").map(({ jobId }) => jobId)).toEqual(["1"]);
  expect(findJobs(jobs, "2").map(({ jobId }) => jobId)).toEqual(["2"]);
  expect(findJobs(jobs, "")).toHaveLength(2);
  expect(findJobs(jobs, "llm 2")).toEqual([]);
});
