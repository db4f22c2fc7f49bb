import type { JobView } from "@trainchain/protocol";
import { readPol } from "@trainchain/ui";
import { mostContributors } from "../../contributor-fields.tsx";
import { deadlineSeconds, initialDeadlines } from "../../deadline-fields.tsx";
import { initialSlotTerms } from "../../slot-terms.tsx";
import { termsOfJob } from "../terms-of-job.ts";
import type { RowsFile } from "./use-rows-file.ts";

/** With which the form of every job that trains adapters begins. */
export const initialOfAdapters = {
  title: "",
  model: "",
  contributors: 2,
  /** All of them, however many are asked for. */
  minContributors: mostContributors,
  rank: 8,
  /** Empty where the proposed one is taken. */
  learningRate: "",
  description: "",
  reward: "1",
  ...initialDeadlines,
  ...initialSlotTerms,
};

type Values = typeof initialOfAdapters & { epochs: number };

/** What the request of every such job says, of a form's values and the file that it is filled in for. */
export function adapterRequestOf(values: Values, { leavesOut, leftOut }: RowsFile) {
  const { title, description, contributors, rank, epochs, learningRate, reward } = values;
  return {
    ...{ title, description, contributors, rank, epochs },
    minContributors: Math.min(values.minContributors, contributors),
    learningRate: learningRate === "" ? undefined : Number(learningRate),
    leaveOut: leavesOut ? leftOut?.rows : undefined,
    rewardWei: (readPol(reward) ?? 0n).toString(),
    ...deadlineSeconds(values),
  };
}

/** The values with which such a job was requested. */
export function adapterValuesOf(job: JobView): Record<string, string | number> {
  const { spec, terms } = job;
  const { minContributors, maxContributors: contributors } = terms;
  const training = spec && "rank" in spec ? spec : undefined;
  return {
    contributors,
    minContributors: minContributors === contributors ? mostContributors : minContributors,
    ...termsOfJob(job),
    ...(training && {
      model: training.model.id,
      rank: training.rank,
      epochs: training.epochs,
      learningRate: String(training.learningRate),
    }),
  };
}
