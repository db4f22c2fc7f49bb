export { type Agent, type AgentEvent, type AgentOptions, createAgent } from "./agent.ts";
export { describeState, type StateWords } from "./describe-state.ts";
export { hasEnded, type JobFacts, type JobRecord, type JobState } from "./job-record.ts";
