import { findAggregationOf, findTrialToAnswer, saveTrialAnswers } from "@trainchain/db/work";
import {
  kindOfResult,
  type TaskPayloads,
  type TrialAnswer,
  toTrainChainError,
  trialLimits,
} from "@trainchain/protocol";
import { cannotTry } from "../cannot-try.ts";
import type { WorkerDeps } from "../deps.ts";
import { workOf } from "../kinds/index.ts";
import { withTempDir } from "../with-temp-dir.ts";

/**
 * Has base and tuned model answer a requester's prompt; each answer is written down as it comes. A failure is told to
 * the requester, who may ask again: only what a killed worker left unsaid is tried again by itself.
 */
export function createTryResult(deps: WorkerDeps) {
  const { db, escrow, tempDir, log } = deps;

  return async ({ trialId }: TaskPayloads["try-result"]): Promise<void> => {
    const trial = await findTrialToAnswer(db, trialId);
    if (trial?.escrow !== escrow) return;
    const { jobId, prompt, askedAt } = trial;
    const until = new Date(askedAt.getTime() + trialLimits.answerMs);
    const answers: TrialAnswer[] = [];
    // One write after the other, so that an earlier state never replaces a later one.
    let saving = saveTrialAnswers(db, { trialId, status: "answering" });
    const onAnswer = (answer: TrialAnswer) => {
      answers.push(answer);
      const row = { trialId, status: "answering" as const, answers: [...answers] };
      saving = saving.then(() => saveTrialAnswers(db, row));
      saving.catch(() => undefined);
    };
    const error = await withTempDir(tempDir, async (dir) => {
      const aggregation = await findAggregationOf(db, { escrow, jobId });
      if (!aggregation) throw cannotTry(jobId);
      const work = workOf(kindOfResult(aggregation.result));
      if (!work.answer) throw cannotTry(jobId);
      await work.answer(deps, aggregation, { prompt, until }, dir, onAnswer);
    }).then(() => null, reasonOf);
    if (error) log.warn({ trialId, jobId, ...error }, "a prompt was not answered");
    await saving;
    await saveTrialAnswers(db, { trialId, status: error ? "failed" : "answered", answers, error });
  };
}

/** What the requester is told; of what broke inside, only that something did. */
function reasonOf(thrown: unknown) {
  const { code, message, fix } = toTrainChainError(thrown);
  if (code !== "internal") return { code, message, fix };
  return { code, message: "something went wrong on our side", fix: "Ask again." };
}
