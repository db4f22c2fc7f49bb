import type { JobForWork, Verification } from "@trainchain/db/work";
import { ofDelivery } from "../deliveries/of-delivery.ts";
import { workOf } from "../kinds/index.ts";

/** Whether every delivery of a job was judged beside the others, or its kind compares none. */
export function wereCompared(
  { prepared, submissions }: JobForWork,
  verdicts: readonly Verification[],
): boolean {
  const { isCompared } = workOf(prepared.spec.kind);
  return submissions
    .filter(({ status }) => status === "submitted")
    .every((submission) => isCompared?.(ofDelivery(verdicts, submission)?.checks ?? []) ?? true);
}
