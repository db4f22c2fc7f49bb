import type { AgentJobRecord } from "@trainchain/protocol";

/** The agent's own names for what it shares with its screens. */
export {
  type AgentJobFacts as JobFacts,
  type AgentJobRecord as JobRecord,
  type AgentJobState as JobState,
  agentEndStates as endStates,
  agentJobHasEnded as hasEnded,
  agentJobHasReached as hasReached,
  agentJobRecordSchema as jobRecordSchema,
  agentJobStates as jobStates,
} from "@trainchain/protocol";

/** Whether a job has ended before anything was promised. */
export function mayStartOver({ state }: Pick<AgentJobRecord, "state">): boolean {
  return state === "missed" || state === "unfit";
}
