import type { JobView } from "@trainchain/protocol";
import { mostContributors } from "../../contributor-fields.tsx";
import { initialDeadlines } from "../../deadline-fields.tsx";
import { termsOfJob } from "../terms-of-job.ts";

export const embeddingFormKey = "trainchain-embedding-request";

/** With which the form begins. */
export const initial = {
  title: "",
  model: "",
  contributors: 2,
  /** All of them, however many are asked for. */
  minContributors: mostContributors,
  rank: 8,
  epochs: 3,
  maxLength: 128,
  /** Empty where the proposed one is taken. */
  learningRate: "",
  description: "",
  reward: "1",
  ...initialDeadlines,
};

/** With which a job was requested. */
export function embeddingValuesOf(job: JobView): Record<string, string | number> {
  const { spec, terms } = job;
  const { minContributors, maxContributors } = terms;
  const own = {
    contributors: maxContributors,
    minContributors: minContributors === maxContributors ? mostContributors : minContributors,
  };
  if (spec?.kind !== "embedding-finetune") return { ...own, ...termsOfJob(job) };
  const { model, rank, epochs, learningRate, maxLength } = spec;
  return {
    ...own,
    ...termsOfJob(job),
    model: model.id,
    ...{ rank, epochs, maxLength },
    learningRate: String(learningRate),
  };
}
