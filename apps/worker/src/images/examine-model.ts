import { join } from "node:path";
import type { ImageJobForWork } from "@trainchain/db/work";
import {
  type CheckResult,
  chanceSignificance,
  holdoutContext,
  type ImageCheckName,
  type ImageEvaluation,
  type ImageEvaluationEvent,
  imageCheckNames,
  leastCorrect,
  TrainChainError,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { fetchUnsealed } from "../seal-file.ts";
import { runImageScript } from "./run-image-script.ts";

export interface Examined {
  checks: CheckResult[];
  /** Null where an earlier check failed. */
  evaluation: ImageEvaluation | null;
}

const maxHoldoutBytes = 8 * 1024 ** 3;

/** Checks a delivered model and counts its right answers on the hidden holdout, in one process without keys. */
export async function examineModel(
  deps: WorkerDeps,
  { prepared }: ImageJobForWork,
  onnx: string,
  dir: string,
): Promise<Examined> {
  const { spec } = prepared;
  const holdout = join(dir, "holdout.zip");
  await fetchUnsealed(deps, {
    cid: prepared.holdoutCid,
    context: holdoutContext({ draftId: prepared.draftId }),
    path: holdout,
    maxBytes: maxHoldoutBytes,
  });
  const model = [
    "--model",
    onnx,
    "--classes",
    spec.classes.join(","),
    "--imgsz",
    String(spec.training.imgsz),
  ];
  const args = [...model, "--holdout", holdout];
  const events: ImageEvaluationEvent[] = await runImageScript(deps, "evaluate_image.py", args).catch(
    unlessItsFault,
  );
  const checks: CheckResult[] = events.flatMap((event) =>
    event.event === "checked" ? [result(event.check, event.ok, event.message)] : [],
  );
  const evaluated = events.find((event) => event.event === "evaluated");
  if (!evaluated && !checks.some(({ verdict }) => verdict === "failed")) {
    const crash = events.find((event) => event.event === "failed");
    checks.push(
      result("better-than-chance", false, `The model could not be run: ${crash?.message ?? "no result"}.`),
    );
  }
  if (!evaluated) return { checks: [...checks, ...skipped(checks)], evaluation: null };
  const evaluation = toEvaluation(evaluated);
  return { checks: [...checks, betterThanChance(evaluation)], evaluation };
}

/**
 * A process that ended by itself, or used up its time, says something of the model: it is run with bounds, and
 * nothing else in it changes from job to job. A platform without Python, or one that stops, says nothing of it.
 */
function unlessItsFault(error: unknown): ImageEvaluationEvent[] {
  if (!(error instanceof TrainChainError)) throw error;
  const { exitCode, signal } = error.facts;
  if (signal !== "SIGXCPU" && (typeof exitCode !== "number" || exitCode === 75)) throw error;
  return [{ event: "failed", code: error.code, message: error.message, fix: error.fix ?? "" }];
}

function toEvaluation({
  rows,
  correct,
  confusion,
}: {
  rows: number;
  correct: number;
  confusion: number[][];
}): ImageEvaluation {
  const mostFrequent = Math.max(...confusion.map((row) => row.reduce((sum, count) => sum + count, 0)));
  const chance = mostFrequent / rows;
  return {
    holdoutRows: rows,
    correct,
    accuracy: correct / rows,
    chance: { accuracy: chance, significance: chanceSignificance, leastCorrect: leastCorrect(rows, chance) },
    confusion,
  };
}

/** Check 4: more right answers than a model that knows nothing would have, but for one time in a thousand. */
function betterThanChance({ holdoutRows, correct, accuracy, chance }: ImageEvaluation): CheckResult {
  const passed = correct >= chance.leastCorrect;
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const counted = `${correct} of ${holdoutRows} held-out images are named rightly (${share(accuracy)})`;
  const bound = `${chance.leastCorrect} are asked; always naming the most frequent class gives ${share(chance.accuracy)}`;
  return {
    check: "better-than-chance",
    verdict: passed ? "passed" : "failed",
    figure: accuracy,
    threshold: chance.leastCorrect / holdoutRows,
    message: passed ? `${counted}.` : `${counted}, no better than chance: ${bound}.`,
  };
}

function result(check: ImageCheckName, passed: boolean, message: string): CheckResult {
  return { check, verdict: passed ? "passed" : "failed", figure: null, threshold: null, message };
}

function skipped(made: readonly CheckResult[]): CheckResult[] {
  const done = new Set(made.map(({ check }) => check));
  return imageCheckNames
    .filter((check) => check !== "sealed-to-slot" && !done.has(check))
    .map((check) => ({
      check,
      verdict: "skipped",
      figure: null,
      threshold: null,
      message: "An earlier check failed.",
    }));
}
