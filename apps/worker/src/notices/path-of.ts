import type { Notice } from "@trainchain/protocol";

/** Where the site shows what a notice is about, such as /job/7; "" where that is nothing of its own. */
export function pathOf({ data: { jobId, draftId } }: Notice): string {
  return jobId ? `/job/${jobId}` : draftId ? `/draft/${draftId}` : "";
}
