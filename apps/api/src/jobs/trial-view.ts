import type { TrialRecord } from "@trainchain/db/market";
import { type TrialView, trialLimits, trialStatusSchema } from "@trainchain/protocol";

/** A prompt with its answers as its requester sees them. One that nobody answered in time has failed. */
export function toTrialView({ trial, answered }: TrialRecord, now: Date): TrialView {
  const status = trialStatusSchema.parse(answered?.status ?? "queued");
  const over = status === "answered" || status === "failed";
  const late = !over && trial.askedAt.getTime() + trialLimits.answerMs < now.getTime();
  return {
    id: trial.id,
    prompt: trial.prompt,
    status: late ? "failed" : status,
    answers: answered?.answers ?? [],
    error: late ? tooLate : (answered?.error ?? null),
    askedAt: trial.askedAt.toISOString(),
  };
}

const tooLate = {
  code: "timeout",
  message: "the platform did not come to it in time",
  fix: "Ask again in a while: training jobs that end come first.",
};
