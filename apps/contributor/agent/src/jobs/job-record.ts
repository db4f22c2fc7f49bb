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
