import { type AgentJobView, agentJobHasEnded } from "@trainchain/protocol";

/** What the owner of a machine wants to be called for: the last job that was paid, ended, or waits for a person. */
export function newsOf(jobs: readonly AgentJobView[]): string {
  const [latest] = jobs
    .filter(({ record }) => agentJobHasEnded(record) || record.facts.problem !== undefined)
    .toSorted((a, b) => b.record.updatedAt.localeCompare(a.record.updatedAt));
  return latest ? `Job ${latest.record.jobId}: ${latest.now}` : "";
}
