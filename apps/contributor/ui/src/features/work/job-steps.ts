import {
  type AgentJobRecord,
  type AgentJobState,
  agentJobHasReached,
  agentJobStates,
} from "@trainchain/protocol";
import type { TimelineStep } from "@trainchain/ui";

const steps: { title: string; doneAt: AgentJobState }[] = [
  { title: "Slot taken on chain", doneAt: "accepted" },
  { title: "Data fetched", doneAt: "assigned" },
  { title: "Trained on this machine", doneAt: "trained" },
  { title: "Sealed and stored", doneAt: "uploaded" },
  { title: "Submitted", doneAt: "submitted" },
  { title: "Verified", doneAt: "verified" },
  { title: "Paid", doneAt: "paid" },
];

/** The way of a job from its slot to its payment; where it ended badly, the rest never comes. */
export function jobSteps(record: AgentJobRecord): TimelineStep[] {
  const { state, facts } = record;
  const endedBadly = agentJobStates.indexOf(state) > agentJobStates.indexOf("paid");
  // A record says how a job ended, not how far it came; what it holds does.
  const reached = (goal: AgentJobState) =>
    endedBadly ? hadReached(facts, goal) : agentJobHasReached(record, goal);
  const current = steps.findIndex(({ doneAt }) => !reached(doneAt));
  return steps.map(({ title, doneAt }, index) => ({
    key: doneAt,
    title,
    state: reached(doneAt) ? "done" : index !== current ? "ahead" : endedBadly ? "failed" : "current",
    detail: index === current && endedBadly ? facts.reason : undefined,
  }));
}

function hadReached(facts: AgentJobRecord["facts"], goal: AgentJobState): boolean {
  const proofs: Partial<Record<AgentJobState, unknown>> = {
    accepted: facts.slot ?? facts.deadline,
    assigned: facts.shard,
    trained: facts.adapterSha256,
    uploaded: facts.signature,
    submitted: facts.onChain,
  };
  return proofs[goal] !== undefined;
}
