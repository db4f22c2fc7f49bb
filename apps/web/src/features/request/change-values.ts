import type { DraftChangesInput, DraftView } from "@trainchain/protocol";
import { readPol, writePol } from "@trainchain/ui";
import { initialDeadlines } from "./deadline-fields.tsx";

/** What stands in the form; a field that the kind does not have is not shown, and keeps its value. */
export interface ChangeValues extends Record<keyof typeof initialDeadlines, number> {
  title: string;
  description: string;
  reward: string;
  contributors: number;
  minContributors: number;
  epochs: number;
  /** As typed; empty for what was there. */
  learningRate: string;
  maxLength: string;
}

export type SetChange = <Name extends keyof ChangeValues>(name: Name, value: ChangeValues[Name]) => void;

/** A draft as the form begins with it. */
export function valuesOfDraft({ terms, spec }: DraftView, changeable: DraftChangesInput): ChangeValues {
  const contributors = changeable.contributors ?? terms?.maxContributors ?? 1;
  const proposed = spec && "learningRate" in spec.training ? spec.training.learningRate : "";
  return {
    title: changeable.title ?? "",
    description: changeable.description ?? "",
    reward: writePol(BigInt(changeable.rewardWei ?? 0)),
    contributors,
    minContributors: changeable.minContributors ?? contributors,
    acceptWithinSeconds: changeable.acceptWithinSeconds ?? initialDeadlines.acceptWithinSeconds,
    trainingPeriodSeconds: changeable.trainingPeriodSeconds ?? initialDeadlines.trainingPeriodSeconds,
    reviewPeriodSeconds: changeable.reviewPeriodSeconds ?? initialDeadlines.reviewPeriodSeconds,
    epochs: changeable.epochs ?? 1,
    learningRate: String(changeable.learningRate ?? proposed),
    maxLength: String(changeable.maxLength ?? ""),
  };
}

/** The form's values as a request has them. */
export function changesOf({ reward, learningRate, maxLength, ...others }: ChangeValues): DraftChangesInput {
  return {
    ...others,
    minContributors: Math.min(others.minContributors, others.contributors),
    rewardWei: (readPol(reward) ?? 0n).toString(),
    ...(learningRate === "" ? {} : { learningRate: Number(learningRate) }),
    ...(maxLength === "" ? {} : { maxLength: Number(maxLength) }),
  };
}

/** Of `now` what differs from `before`. */
export function changedOf(now: DraftChangesInput, before: DraftChangesInput): DraftChangesInput {
  const names = Object.keys(now) as (keyof DraftChangesInput)[];
  return Object.fromEntries(
    names.filter((name) => now[name] !== before[name]).map((name) => [name, now[name]]),
  );
}
