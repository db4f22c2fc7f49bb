export type { Agent, AgentOptions } from "./jobs/agent.ts";
export type { AgentEvent } from "./jobs/agent-event.ts";
export { createAgent } from "./jobs/create-agent.ts";
export { describeState, type StateWords } from "./jobs/describe-state.ts";
export { hasEnded, type JobFacts, type JobRecord, type JobState } from "./jobs/job-record.ts";
