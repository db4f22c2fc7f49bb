import { type AgentJobView, agentJobHasReached, rewardPerHour } from "@trainchain/protocol";
import { formatPol } from "@trainchain/ui";

/** What the app did with a job that it took without asking, as a sentence; undefined of a job that a person took. */
export function takenByItself({ record }: Pick<AgentJobView, "record">): string | undefined {
  const { jobId, state, facts } = record;
  if (!facts.byItself) return undefined;
  if (state === "missed" || state === "unfit") return `Did not get job ${jobId}: ${facts.reason ?? ""}`;
  if (!agentJobHasReached(record, "accepted")) return `Is taking job ${jobId} by itself.`;
  return `Accepted job ${jobId} by itself${perHourOf(facts)}.`;
}

function perHourOf({ shareWei, estimatedSeconds }: AgentJobView["record"]["facts"]): string {
  if (shareWei === undefined || estimatedSeconds === undefined) return "";
  return `, at least ${formatPol(rewardPerHour(BigInt(shareWei), estimatedSeconds))} POL an hour`;
}
