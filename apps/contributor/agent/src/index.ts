export { type Agent, type AgentOptions, createAgent } from "./agent.ts";
export type { AgentEvent } from "./agent-event.ts";
export { describeState, type StateWords } from "./describe-state.ts";
export { hasEnded, type JobFacts, type JobRecord, type JobState } from "./job-record.ts";
