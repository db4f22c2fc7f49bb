import type { Agent } from "../jobs/agent.ts";
import { listContributions } from "../platform/earnings.ts";

/**
 * Goes on with the slots that the wallet took and no record tells of, or only that the job was missed or did not fit
 * before; one that was given up is left alone.
 */
export async function adoptOrphans(agent: Pick<Agent, "api" | "jobs" | "adopt">): Promise<void> {
  const known = new Set(
    agent
      .jobs()
      .filter(({ state }) => state !== "missed" && state !== "unfit")
      .map(({ jobId }) => jobId),
  );
  const contributions = await listContributions(agent.api);
  const orphans = contributions.filter(({ jobId, status }) => status === "accepted" && !known.has(jobId));
  // One that names another agent's delegate is that agent's to finish.
  await Promise.all(orphans.map(({ jobId }) => agent.adopt(jobId).catch(() => undefined)));
}
