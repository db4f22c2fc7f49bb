import { join } from "node:path";
import { type DeliveredFile, type ImageJobForWork, listFailedRuns } from "@trainchain/db/work";
import {
  type CheckResult,
  holdoutContext,
  type ImageCheckName,
  type ImageEvaluation,
  type ImageEvaluationEvent,
  imageCheckNames,
  TrainChainError,
  verdictOn,
} from "@trainchain/protocol";
import { fetchUnsealed } from "../../deliveries/seal-file.ts";
import { isDeath, tryFile } from "../../deliveries/try-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import { runAlone } from "../../run-alone.ts";
import { betterThanChance, toEvaluation } from "./checks/better-than-chance.ts";
import { runImageScript } from "./run-image-script.ts";

export interface Examined {
  checks: CheckResult[];
  /** Null where an earlier check failed. */
  evaluation: ImageEvaluation | null;
}

const script = "evaluate_image.py";
const maxHoldoutBytes = 8 * 1024 ** 3;

/** Checks a delivered model and counts its right answers on the hidden holdout, in one process without keys. */
export async function examineModel(
  deps: WorkerDeps,
  { job, prepared }: ImageJobForWork,
  delivered: { contributor: string; adapterCid: string },
  onnx: string,
  dir: string,
): Promise<Examined> {
  const { spec } = prepared;
  const holdout = join(dir, "holdout.zip");
  const [classes, imgsz] = [spec.classes.join(","), String(spec.training.imgsz)];
  const data = ["--classes", classes, "--imgsz", imgsz, "--holdout", holdout];
  const file = { escrow: job.escrow, jobId: job.jobId, ...delivered };
  // One model after another, on all workers: those of others would be judged by nobody while two that are slow take both places.
  const judged = await runAlone(deps.connection, script, async () => {
    await fetchUnsealed(deps, {
      cid: prepared.holdoutCid,
      context: holdoutContext({ draftId: prepared.draftId }),
      path: holdout,
      maxBytes: maxHoldoutBytes,
    });
    return judgeByScript(deps, file, onnx, data);
  });
  if (!judged) throw new TrainChainError("not-ready", "another model is being judged");
  const events = judged.result;
  const checks: CheckResult[] = events.flatMap((event) =>
    event.event === "checked" ? [result(event.check, event.ok, event.message)] : [],
  );
  const evaluated = events.find((event) => event.event === "evaluated");
  if (!evaluated && verdictOn(checks) === "accepted") {
    const crash = events.find((event) => event.event === "failed");
    checks.push(
      result("better-than-chance", false, `The model could not be run: ${crash?.message ?? "no result"}.`),
    );
  }
  if (!evaluated) return { checks: [...checks, ...skipped(checks)], evaluation: null };
  const evaluation = toEvaluation(evaluated, prepared.holdoutRows);
  return { checks: [...checks, betterThanChance(evaluation)], evaluation };
}

/**
 * What the script says of a model that it judged by itself; one that it died of is tried again, against a control. Alone,
 * because what ran beside it may have taken the memory; but nothing takes another's processor time.
 */
async function judgeByScript(
  deps: WorkerDeps,
  file: DeliveredFile,
  onnx: string,
  data: readonly string[],
): Promise<ImageEvaluationEvent[]> {
  const run = (args: readonly string[], alone: boolean) =>
    runImageScript(deps, script, [...args, ...data], { alone });
  const judge = (alone: boolean) => run(["--model", onnx], alone).catch(ownWords);
  const before = (await listFailedRuns(deps.db, file, script)).at(-1);
  let tooLong = before !== undefined && tookTooLong(before);
  let attempt = () => judge(!tooLong);
  if (!before) {
    try {
      return await judge(false);
    } catch (error) {
      if (!isDeath(error)) throw error;
      tooLong = tookTooLong(error);
      if (tooLong) attempt = () => Promise.reject(error);
    }
  }
  const tried = await tryFile<ImageEvaluationEvent[]>(deps, file, {
    script,
    attempt,
    control: () => run(["--known-good"], !tooLong),
  });
  return "result" in tried ? tried.result : [failedEvent(tried.convicted)];
}

function tookTooLong({ message }: { message: string }): boolean {
  return message.startsWith(`${script} was ended by SIGXCPU`);
}

/** The script's own words about the model are no death. */
function ownWords(error: unknown): ImageEvaluationEvent[] {
  if (error instanceof TrainChainError && error.code === "adapter-invalid" && error.facts.exitCode === 2)
    return [failedEvent(error.message)];
  throw error;
}

function failedEvent(message: string): ImageEvaluationEvent {
  return { event: "failed", code: "adapter-invalid", message, fix: "" };
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
