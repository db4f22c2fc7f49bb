import type { Agent } from "../jobs/agent.ts";

/** A trainer that takes more memory than its host allows is stopped, after a checkpoint, until the host decides. */
export function stopGreedyTrainer(agent: Agent, memoryGb: number | null, usedBytes: number): void {
  if (memoryGb === null || usedBytes <= memoryGb * 1024 ** 3) return;
  const used = (usedBytes / 1024 ** 3).toFixed(1);
  for (const { jobId } of agent.jobs().filter((job) => agent.placeOf(job.jobId) === 0))
    agent.pause(jobId, {
      code: "hardware-insufficient",
      message: `Training took ${used} GiB of memory; you allow ${memoryGb}.`,
      fix: "Allow more memory in the settings, then resume.",
    });
}
