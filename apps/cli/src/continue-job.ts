import { setTimeout as pause } from "node:timers/promises";
import { type DraftView, type JobView, TrainChainError } from "@trainchain/protocol";
import { confirmAndPay, nameOfRound, type PaidRound } from "./confirm-and-pay.ts";
import type { Output } from "./output.ts";
import type { WalletPlatform } from "./platform.ts";

const pollMs = 1_000;

/** The next round's draft of a job that has one to pay for. */
export async function nextDraftOf({ api }: WalletPlatform, jobId: string): Promise<DraftView> {
  const { series, status, nextStep } = await api.getJob(jobId);
  if (series?.nextDraftId) return api.getDraft(series.nextDraftId);
  if (!series || series.round === series.rounds)
    throw new TrainChainError("conflict", `job ${jobId} has no round after it`, {
      fix: "Ask for several with: trainchain job create --rounds N",
    });
  if (series.nextJobId)
    throw new TrainChainError("conflict", `the round after job ${jobId} is job ${series.nextJobId} already`, {
      fix: `Look at it with: trainchain job show ${series.nextJobId}`,
    });
  throw new TrainChainError("not-ready", `the round after job ${jobId} cannot be paid for yet`, {
    fix: status === "open" ? `Wait for the job's end: ${nextStep.text}` : nextStep.text,
  });
}

/** A round that is paid for, now or by an earlier try. */
export type OpenedRound = Pick<PaidRound, "jobId" | "draftId" | "round">;

/** Signs round after round, each once the one before it is done; stops where a round has no result to go on from. */
export async function continueToTheEnd(
  platform: WalletPlatform,
  firstJobId: bigint,
  output: Output,
): Promise<OpenedRound[]> {
  const opened: OpenedRound[] = [];
  for (let jobId = firstJobId; ; ) {
    output.note(`job ${jobId} is open; its next round is signed when it is done`);
    const job = await untilNextRound(platform, jobId.toString());
    // Signed by an earlier try.
    if (job.series?.nextJobId) {
      const { jobId: next, spec, series } = await platform.api.getJob(job.series.nextJobId);
      jobId = BigInt(next);
      opened.push({ jobId, draftId: spec?.draftId ?? "", round: nameOfRound(series) });
      continue;
    }
    if (!job.series?.nextDraftId) {
      output.note(job.nextStep.text);
      return opened;
    }
    const draft = await platform.api.getDraft(job.series.nextDraftId);
    const next = await confirmAndPay(platform, draft, { output, json: output.json, yes: true });
    opened.push(next);
    if (draft.series?.round === draft.series?.rounds) return opened;
    jobId = next.jobId;
  }
}

/** Waits until a job has a next round to pay for, or has ended without one. */
async function untilNextRound({ api }: WalletPlatform, jobId: string): Promise<JobView> {
  for (;;) {
    const job = await api.getJob(jobId).catch((error: unknown) => {
      if (error instanceof TrainChainError && error.mayRetry) return undefined;
      throw error;
    });
    const next = job?.series;
    if (job && (!next?.nextMayCome || next.nextDraftId || next.nextJobId)) return job;
    await pause(pollMs);
  }
}
