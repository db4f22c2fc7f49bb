import type { JobView } from "@trainchain/protocol";
import { mostContributors } from "../../contributor-fields.tsx";
import { initialDeadlines } from "../../deadline-fields.tsx";
import { termsOfJob } from "../terms-of-job.ts";

export const llmFormKey = "trainchain-llm-request";

/** With which the form begins. */
export const initial = {
  title: "",
  model: "",
  contributors: 2,
  /** All of them, however many are asked for. */
  minContributors: mostContributors,
  rank: 8,
  epochs: 2,
  /** Empty where the proposed one is taken. */
  learningRate: "",
  /** The same. */
  maxLength: "",
  rounds: 1,
  /** Empty where the proposed one is taken. */
  proof: "",
  description: "",
  reward: "1",
  ...initialDeadlines,
};

export type LlmValues = typeof initial;
export type SetLlmValue = <Name extends keyof LlmValues>(name: Name, value: LlmValues[Name]) => void;

/** With which a job was requested. */
export function llmValuesOf(job: JobView): Record<string, string | number> {
  const { spec, terms, series } = job;
  const { minContributors, maxContributors } = terms;
  const own = {
    contributors: maxContributors,
    minContributors: minContributors === maxContributors ? mostContributors : minContributors,
    rounds: series?.rounds ?? 1,
  };
  if (spec?.kind !== "llm-finetune") return { ...own, ...termsOfJob(job) };
  const { model, rank, epochs, learningRate, maxLength, stages } = spec;
  return {
    ...own,
    ...termsOfJob(job),
    model: model.id,
    rank,
    epochs,
    learningRate: String(learningRate),
    maxLength: String(maxLength),
    proof: stages === undefined ? "result" : "replay",
  };
}
