import { agentWorkStates } from "@trainchain/protocol";
import { roles } from "@trainchain/testing";
import type { LocalWorld } from "@trainchain/testing/local-world";
import { expect } from "vitest";
import { killTrainerOf, runCli, startAgent } from "./agent-process.ts";

export interface Shown {
  status: string;
  timeline: { event: string }[];
}

/**
 * Runs an agent to the end of one job, killed as soon as it comes to each of the states, and started again; its trainer
 * is killed once, after a first step or epoch. Expects all of these kills, and one delivery on chain.
 */
export async function expectDeliveredOnceThroughKills(
  world: LocalWorld,
  wallet: number,
  jobId: string,
  more: string[] = [],
): Promise<void> {
  const survived = new Set<string>();
  let trainersKilled = 0;
  for (let ended: number | string = ""; ended !== 0; ) {
    const agent = await startAgent(world, wallet, ["--jobs", jobId, ...more], ({ state, trainer }, self) => {
      const isTraining = trainer?.event === "step" || trainer?.event === "epoch";
      if (isTraining && trainersKilled === 0) trainersKilled = killTrainerOf(self().pid);
      if (!state || !isWorkState(state) || survived.has(state)) return;
      survived.add(state);
      void self().kill();
    });
    ended = await agent.exited;
    if (ended !== 0 && ended !== "SIGKILL")
      throw new Error(`the agent ended with ${ended}:\n${await agent.lastLines()}`);
  }
  expect(trainersKilled).toBe(1);
  expect([...survived].sort()).toEqual([...agentWorkStates].sort());
  const { status, timeline } = await runCli<Shown>(world, roles.requester, ["job", "show", jobId]);
  expect(status).toBe("completed");
  const times = (event: string) => timeline.filter((entry) => entry.event === event).length;
  expect([times("JobAccepted"), times("AdapterSubmitted"), times("JobCompleted")]).toEqual([1, 1, 1]);
}

function isWorkState(state: string): boolean {
  return (agentWorkStates as readonly string[]).includes(state);
}
