import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Aggregation } from "@trainchain/db/work";
import { TrainChainError, type TrialAnswer, trialLimits } from "@trainchain/protocol";
import { cannotTry } from "../../cannot-try.ts";
import type { WorkerDeps } from "../../deps.ts";
import { pathOfModel } from "../../path-of-model.ts";
import type { Question } from "../kind-work.ts";
import { openBundle } from "./open-bundle.ts";

/**
 * Asks the base model of a job, then the same with its merged adapter. `dir` receives prompt and adapter in the clear
 * and is the caller's to remove.
 */
export async function askModels(
  deps: WorkerDeps,
  aggregation: Aggregation,
  { prompt, until }: Question,
  dir: string,
  onAnswer: (answer: TrialAnswer) => void,
): Promise<void> {
  const { escrow, chainId, evaluator } = deps;
  const { jobId, result } = aggregation;
  if (!evaluator) throw cannotTry(jobId);
  const { id, revision } = result.model;
  await openBundle(deps, aggregation.bundleCid, { chainId, contract: escrow, jobId }, dir);
  const promptFile = join(dir, "prompt.txt");
  await writeFile(promptFile, prompt, { mode: 0o600 });
  const model = ["--model", pathOfModel(deps, id), "--model-revision", revision, "--adapter", dir];
  const bounds = ["--max-new-tokens", String(trialLimits.answerTokens)];
  await evaluator.run({
    script: "generate.py",
    args: [...model, "--prompt-file", promptFile, ...bounds],
    onEvent: (event) => {
      if (event.event === "generated") onAnswer(answerOf(event));
    },
    signal: deadline(until),
    // Verifying and merging earn people money; a try can wait.
    niceness: 5,
  });
}

function answerOf({ model, text, tokens, seconds }: TrialAnswer): TrialAnswer {
  return { model, text, tokens, seconds };
}

function deadline(until: Date): AbortSignal {
  const late = new TrainChainError("timeout", "the answers took too long", {
    fix: "Ask again in a while; or download the bundle and run `trainchain result try`.",
  });
  const ms = until.getTime() - Date.now();
  if (ms <= 0) return AbortSignal.abort(late);
  const controller = new AbortController();
  setTimeout(() => controller.abort(late), ms).unref();
  return controller.signal;
}
