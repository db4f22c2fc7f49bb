import { join } from "node:path";
import { type JobView, type Preflight, preflightSchema, TrainChainError } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { whyNotAcceptable } from "../acceptable-job.ts";
import type { Move, StepContext } from "../step-context.ts";

/** Parameters of the block that preflight.py times: width 512, feed-forward 2048 (4·512² + 2·512·2048). */
const timedBlockParameters = 3_145_728;

/** Rows rarely fill the longest allowed sequence: instruction sets come to about half of it. */
const meanRowShare = 0.5;

/** Checks the machine against the job before anything is signed. */
export async function runPreflight(context: StepContext): Promise<Move> {
  const { jobId } = context.record();
  const job = await context.api.getJob(jobId);
  const reason = whyNotAcceptable(job);
  if (reason) return { to: "missed", facts: { reason } };

  const found = await checkMachine(context, job);
  const missing = found.checks.filter(({ ok }) => !ok).map(({ message }) => message);
  if (!found.ok) return { to: "unfit", facts: { reason: missing.join("; ") || "The check did not pass." } };

  const estimatedSeconds = await estimateSeconds(context, job, found);
  if (estimatedSeconds > job.terms.trainingPeriodSeconds)
    return {
      to: "unfit",
      facts: {
        estimatedSeconds,
        reason: `Training would take about ${estimatedSeconds} s here; the job allows ${job.terms.trainingPeriodSeconds} s.`,
      },
    };
  return {
    to: "accepting",
    facts: { estimatedSeconds, shareWei: job.shareWei, bondWei: job.terms.bondWei },
  };
}

/** A check that crashes counts as a check that found nothing: never as a pass. */
async function checkMachine(context: StepContext, job: JobView): Promise<Preflight> {
  const { trainer, jobDir, signal } = context;
  try {
    const [found] = await runPython({
      dir: trainer.envDir,
      script: join(trainer.scriptDir, "preflight.py"),
      args: ["--needs", JSON.stringify(job.needs), "--work-dir", jobDir, "--device", trainer.device],
      schema: preflightSchema,
      onLog: context.log,
      signal,
    });
    if (found) return found;
    throw new TrainChainError("environment-broken", "the check printed no result");
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return {
      event: "preflight",
      ok: false,
      device: "unknown",
      deviceName: "unknown",
      vramGb: 0,
      ramGb: 0,
      diskGb: 0,
      cores: 0,
      tokensPerSecond: 0,
      checks: [
        {
          need: "check",
          have: null,
          required: 1,
          ok: false,
          message: `The machine could not be checked: ${message}`,
        },
      ],
    };
  }
}

/**
 * Seconds that training would take here: a token costs in proportion to the parameters it passes, as it did in the
 * timed block. An estimate within a factor of about two; it is there to refuse the hopeless.
 */
async function estimateSeconds(context: StepContext, job: JobView, found: Preflight): Promise<number> {
  const { models } = await context.api.getConfig();
  const model = models.find(({ id }) => id === job.spec?.model.id);
  if (!model || !job.spec || found.tokensPerSecond === 0) return 0;
  const rows = Math.max(...job.spec.shardRows);
  const tokens = rows * job.spec.epochs * job.spec.maxLength * meanRowShare;
  const tokensPerSecond = (found.tokensPerSecond * timedBlockParameters) / (model.parametersBillion * 1e9);
  return Math.round(tokens / tokensPerSecond);
}
