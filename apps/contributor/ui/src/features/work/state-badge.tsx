import { type AgentJobState, type AgentJobView, agentJobHasEnded } from "@trainchain/protocol";
import { Badge, type Tone } from "@trainchain/ui";

const words: Record<AgentJobState, [string, Tone]> = {
  discovered: ["Waiting", "neutral"],
  preflight: ["Checking", "info"],
  accepting: ["Accepting", "info"],
  accepted: ["Fetching data", "info"],
  assigned: ["Ready to train", "info"],
  training: ["Training", "info"],
  trained: ["Sealing", "info"],
  sealed: ["Uploading", "info"],
  uploaded: ["Submitting", "info"],
  submitted: ["Submitted", "info"],
  verified: ["Verified", "positive"],
  paid: ["Paid", "positive"],
  rejected: ["Refused", "danger"],
  released: ["Released", "warning"],
  missed: ["Missed", "neutral"],
  unfit: ["Not suited", "neutral"],
};

/** One word for where a job stands. */
export function StateBadge({ job: { record, place } }: { job: AgentJobView }) {
  const [word, tone] = words[record.state];
  if (record.facts.problem) return <Badge tone="danger">Stopped</Badge>;
  if (record.facts.paused) return <Badge tone="warning">Paused</Badge>;
  if (record.facts.hindrance && !agentJobHasEnded(record)) return <Badge tone="warning">Held up</Badge>;
  if (place !== null && place > 0) return <Badge>{`In the queue: ${place}`}</Badge>;
  return (
    <Badge tone={tone} dot={place === 0}>
      {word}
    </Badge>
  );
}
