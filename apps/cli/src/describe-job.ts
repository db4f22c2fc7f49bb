import type { JobView, SlotView } from "@trainchain/protocol";
import { formatEther } from "viem";

/** A job as a few lines for people. */
export function describeJob(job: JobView): string[] {
  const { jobId, status, spec, nextStep, terms } = job;
  return [
    `job ${jobId}: ${status}${spec?.description ? `, ${spec.description}` : ""}`,
    ...(spec
      ? [
          `  ${spec.model.id}, LoRA rank ${spec.rank}, ${spec.epochs} epochs, ${spec.rows} rows in ${spec.shardRows.length} shards`,
        ]
      : []),
    `  stake ${formatEther(BigInt(job.stakeWei))} POL, ${formatEther(BigInt(job.shareWei))} POL for each delivery, fee ${formatEther(BigInt(job.feeWei))} POL`,
    `  ${terms.minContributors} to ${terms.maxContributors} contributors, joining until ${terms.acceptBy ?? "unknown"}`,
    ...job.slots.map((slot) => `  ${describeSlot(slot)}`),
    ...(job.resultCid ? [`  result ${job.resultCid}`] : []),
    `  next: ${nextStep.text}${nextStep.until ? ` (until ${nextStep.until})` : ""}`,
  ];
}

function describeSlot({ slot, contributor, status, deadline, progress }: SlotView): string {
  const event = progress?.event;
  const at = event?.event === "step" ? `, step ${event.step} of ${event.steps}, loss ${event.loss}` : "";
  return `slot ${slot}: ${contributor} ${status}${status === "accepted" && deadline ? ` until ${deadline}` : ""}${at}`;
}
