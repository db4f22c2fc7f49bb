import { describeSlot, type JobStatus, type SlotStatus } from "@trainchain/protocol";
import { Badge } from "@trainchain/ui";

/** Where a contributor's slot of a job is. */
export function SlotBadge({ slot, jobStatus }: { slot: { status: SlotStatus }; jobStatus: JobStatus }) {
  const { text, tone } = describeSlot(slot, jobStatus);
  return <Badge tone={tone}>{text}</Badge>;
}
