import type { JobView, SlotView } from "@trainchain/protocol";
import { formatEther } from "viem";

/** A job as a few lines for people. */
export function describeJob(job: JobView): string[] {
  const { jobId, status, spec, nextStep, terms } = job;
  return [
    `job ${jobId}: ${status}${spec?.description ? `, ${spec.description}` : ""}`,
    ...(spec ? [`  ${describeSpec(spec)}`] : []),
    `  stake ${formatEther(BigInt(job.stakeWei))} POL, ${formatEther(BigInt(job.shareWei))} POL for each delivery, fee ${formatEther(BigInt(job.feeWei))} POL`,
    `  ${terms.minContributors} to ${terms.maxContributors} contributors, joining until ${terms.acceptBy ?? "unknown"}`,
    ...job.slots.map((slot) => `  ${describeSlot(slot)}`),
    ...(job.resultCid ? [`  result ${job.resultCid}`] : []),
    `  next: ${nextStep.text}${nextStep.until ? ` (until ${nextStep.until})` : ""}`,
  ];
}

function describeSpec(spec: NonNullable<JobView["spec"]>): string {
  const { model, epochs, rows, shardRows } = spec;
  return spec.kind === "llm-finetune"
    ? `${model.id}, LoRA rank ${spec.rank}, ${epochs} epochs, ${rows} rows in ${shardRows.length} shards`
    : `${model.id}, ${spec.imgsz} px, ${epochs} epochs, ${rows} images in ${spec.classes.length} classes, as ${spec.exportFormat}`;
}

function describeSlot({ slot, contributor, status, deadline, progress }: SlotView): string {
  const event = progress?.event;
  const at =
    event?.event === "step"
      ? `, step ${event.step} of ${event.steps}, loss ${event.loss}`
      : event?.event === "epoch"
        ? `, epoch ${event.epoch} of ${event.epochs}, loss ${event.loss}, accuracy ${event.accuracy}`
        : "";
  return `slot ${slot}: ${contributor} ${status}${status === "accepted" && deadline ? ` until ${deadline}` : ""}${at}`;
}
