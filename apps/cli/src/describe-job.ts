import {
  counted,
  describeSlot,
  describeSpec,
  isContested,
  type JobView,
  type SlotView,
} from "@trainchain/protocol";
import { formatEther } from "viem";

/** A job as a few lines for people. */
export function describeJob(job: JobView): string[] {
  const { jobId, status, spec, nextStep, terms } = job;
  return [
    `job ${jobId}: ${status}${spec?.title ? `, ${spec.title}` : ""}${spec?.description ? `, ${spec.description}` : ""}`,
    ...(spec ? [`  ${describeSpec(spec)}`] : []),
    `  stake ${formatEther(BigInt(job.stakeWei))} POL, ${formatEther(BigInt(job.shareWei))} POL for each delivery, fee ${formatEther(BigInt(job.feeWei))} POL`,
    `  ${terms.minContributors} to ${terms.maxContributors} contributors, joining until ${terms.acceptBy ?? "unknown"}`,
    ...job.slots.map((slot) => `  ${slotLine(slot, status)}`),
    ...(job.resultCid ? [`  result ${job.resultCid}`] : []),
    `  next: ${nextStep.text}${nextStep.until ? ` (until ${nextStep.until})` : ""}`,
  ];
}

function slotLine(
  { slot, contributor, status, deadline, progress, ...record }: SlotView,
  job: JobView["status"],
): string {
  const event = progress?.event;
  const at =
    event?.event === "step"
      ? `, step ${event.step} of ${event.steps}, loss ${event.loss}`
      : event?.event === "epoch"
        ? `, epoch ${event.epoch} of ${event.epochs}, loss ${event.loss}, accuracy ${event.accuracy}`
        : "";
  const { text } = describeSlot({ status }, job);
  const hasDeadline = status === "accepted" || isContested({ status });
  return `slot ${slot}: ${contributor} ${text.toLowerCase()}${hasDeadline && deadline ? ` until ${deadline}` : ""}${at}${recordOf(record)}`;
}

/** What a contributor has behind it on this platform, where there is anything. */
function recordOf({
  completionRate,
  requesters,
  paidAtLeastWei,
}: Pick<SlotView, "completionRate" | "requesters" | "paidAtLeastWei">): string {
  if (completionRate === null) return "";
  const completed = `; completed ${Math.round(completionRate * 100)} % of its jobs`;
  if (requesters === 0) return completed;
  return `${completed}, paid ${formatEther(BigInt(paidAtLeastWei))} POL or more by ${counted(requesters, "requester")}`;
}
