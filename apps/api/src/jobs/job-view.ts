import type { SlotRecord } from "@trainchain/db/market";
import {
  type DraftView,
  type JobSpec,
  kindOf,
  type ListedJob,
  type SlotView,
  seriesOf,
  truncateAddress,
} from "@trainchain/protocol";
import { completionRateOf } from "../contributors/completion-rate.ts";
import { paidWorkOf } from "../contributors/paid-work.ts";
import type { Platform } from "../deps.ts";
import type { Viewer } from "../http/sessions.ts";
import type { JobWithSlots } from "./job-record.ts";
import { describeNextStep } from "./next-step.ts";

/** A job as `viewer` may see it: contributors truncated, progress for the requester and its own contributor only. */
export function toJobView(
  record: JobWithSlots,
  { wallet: viewer, abilities }: Viewer,
  platform: Platform,
): ListedJob {
  const { job, slots } = record;
  const spec = servedSpec(record, platform);
  const needs = spec && kindOf(spec.kind).needsOf(spec, platform.models);
  const asks = spec ? kindOf(spec.kind).asksOf(spec) : [];
  const feeWei = (job.stakeWei * BigInt(job.feeBps)) / 10_000n;
  return {
    jobId: job.jobId.toString(),
    escrow: job.escrow,
    kind: job.kind,
    status: job.status,
    requester: job.requester,
    own: job.own,
    spec: spec && summaryOf(spec, needs),
    specCid: job.specCid,
    terms: {
      minContributors: job.minContributors,
      maxContributors: job.maxContributors,
      acceptBy: job.acceptBy?.toISOString() ?? null,
      trainingPeriodSeconds: job.trainingPeriodSeconds,
      reviewPeriodSeconds: job.reviewPeriodSeconds,
      bondWei: job.bondWei.toString(),
      aggregator: job.aggregator,
      ...(job.bondBps === null
        ? {}
        : { bondBps: job.bondBps, referee: job.referee, permitOnly: job.permitOnly }),
    },
    finishesEarly: job.finishesEarly,
    series: spec && viewOfSeries(record, spec, viewer),
    stakeWei: job.stakeWei.toString(),
    shareWei: ((job.stakeWei - feeWei) / BigInt(job.maxContributors)).toString(),
    feeWei: (job.feeWei ?? feeWei).toString(),
    slots: slots.map((slot) => toSlotView(slot, viewer, viewer === job.requester)),
    asks: [...asks],
    // An agent takes no slot of a job whose needs it does not know: one that would work in vain is not told them.
    needs: whatIsMissing(asks, abilities) === undefined ? needs : null,
    resultCid: job.resultCid,
    createdAt: job.createdAt.toISOString(),
    closedAt: job.closedAt?.toISOString() ?? null,
    nextStep: describeNextStep(record),
  };
}

function summaryOf(spec: JobSpec, needs: ListedJob["needs"]): ListedJob["spec"] {
  return { ...kindOf(spec.kind).summarise(spec), memory: memoryOf(needs) };
}

/** Of what a machine needs, its memory. */
export function memoryOf(needs: ListedJob["needs"]): DraftView["memory"] {
  return needs ? { gpuGb: needs.gpu.vramGb, cpuGb: needs.cpu.ramGb } : undefined;
}

/** The first of what a job asks for that an agent cannot do. */
export function whatIsMissing(asks: readonly string[], abilities: readonly string[]): string | undefined {
  return asks.find((one) => !abilities.includes(one));
}

function viewOfSeries({ job }: JobWithSlots, spec: JobSpec, viewer: string | undefined): ListedJob["series"] {
  const series = seriesOf(spec);
  if (!series) return null;
  const { round, rounds, previousJobId } = series;
  const { mayCome = false, draftId = null, jobId: nextJobId = null } = job.next ?? {};
  return {
    round,
    rounds,
    previousJobId,
    nextMayCome: mayCome,
    nextDraftId: nextJobId === null && viewer === job.requester ? draftId : null,
    nextJobId: nextJobId?.toString() ?? null,
    yourShardIsTaken: false,
  };
}

/**
 * The spec, if this platform can really carry the job out: it is its own, it is the aggregator, has one shard a slot, and
 * the kind is the one that it prepared for.
 * Terms are the requester's to sign, so what was signed may differ from what was prepared.
 */
export function servedSpec({ job }: JobWithSlots, platform: Platform) {
  const served =
    job.own &&
    job.escrow === platform.escrow &&
    job.aggregator === platform.aggregator &&
    job.spec?.kind === job.kind &&
    job.spec.dataset.shardRows.length === job.maxContributors;
  return served ? job.spec : null;
}

function toSlotView(slot: SlotRecord, viewer: string | undefined, isRequester: boolean): SlotView {
  const yours = slot.contributor === viewer;
  return {
    contributor: truncateAddress(slot.contributor),
    yours,
    slot: slot.slot,
    status: slot.status,
    deadline: slot.deadline?.toISOString() ?? null,
    completionRate: completionRateOf(slot),
    ...paidWorkOf(slot),
    progress:
      slot.progress && (isRequester || yours)
        ? { event: slot.progress.event, reportedAt: slot.progress.reportedAt.toISOString() }
        : null,
  };
}
