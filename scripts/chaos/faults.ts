import { roles } from "@trainchain/testing";
import type { ProcessName } from "@trainchain/testing/local-world";
import { createTestClient, http } from "viem";
import { hour, type JobWorld } from "../../e2e/job-moves/job-world.ts";

/** Where in a job's life a fault strikes: right after the thing named has been asked for. */
export const steps = [
  "the draft is queued",
  "the job is on chain",
  "the slot is taken",
  "the adapter is uploaded",
  "the submission is queued",
] as const;
export type Step = (typeof steps)[number];

export interface Fault {
  name: string;
  at: Step;
  /** How the job must end. */
  end: "completed" | "expired";
  /** Empty blocks to mine once the slot is taken. */
  blocksBefore?: number;
  strike: (world: JobWorld) => Promise<void>;
}

const processes = ["api", "indexer", "worker"] as const satisfies ProcessName[];

async function killAndRestart(world: JobWorld, names: readonly ProcessName[]): Promise<void> {
  await Promise.all(names.map((name) => world.local[name].kill()));
  for (const name of names) await world.local.restart(name);
}

function kill(names: readonly ProcessName[], at: Step): Fault {
  const name = `SIGKILL of ${names.join(", ")}`;
  return { name, at, end: "completed", strike: (world) => killAndRestart(world, names) };
}

/** Each process killed after each step, all of them at once, and their neighbours gone for a while. */
export const faults: Fault[] = [
  ...processes.flatMap((name) => steps.map((at) => kill([name], at))),
  kill(processes, "the draft is queued"),
  kill(processes, "the submission is queued"),
  {
    name: "PostgreSQL restarted",
    at: "the submission is queued",
    end: "completed",
    strike: (world) => world.local.withoutDatabase(async () => undefined),
  },
  {
    name: "PostgreSQL and the worker gone together",
    at: "the adapter is uploaded",
    end: "completed",
    strike: async (world) => {
      await world.local.worker.kill();
      await world.local.withoutDatabase(async () => undefined);
      await world.local.restart("worker");
    },
  },
  {
    name: "the chain's node gone while everything else restarts",
    at: "the submission is queued",
    end: "completed",
    strike: async (world) => {
      await Promise.all(processes.map((name) => world.local[name].kill()));
      await world.local.withoutChain(async () => {
        for (const name of ["indexer", "worker"] as const) await world.local.restart(name);
      });
      await world.local.restart("api");
    },
  },
  {
    name: "a reorganisation of 20 blocks takes submission and completion back",
    at: "the submission is queued",
    end: "completed",
    strike: takeBackCompletion,
    blocksBefore: 25,
  },
  {
    name: "the contributor never delivers; the worker is killed at the deadline",
    at: "the slot is taken",
    end: "expired",
    strike: async (world) => {
      await world.local.worker.kill();
      await world.travel(73 * hour);
      await world.local.restart("worker");
    },
  },
];

/** The faults that `npm test` tries: the harshest of each kind. */
export const quickFaults = faults.filter(
  ({ name, at }) =>
    !/^SIGKILL of \w+$|^PostgreSQL restarted/.test(name) &&
    !(name.includes(",") && at === "the draft is queued"),
);

const reorganisedBlocks = 20;

/** The slot was taken more blocks ago than are taken back. */
async function takeBackCompletion(world: JobWorld): Promise<void> {
  const node = createTestClient({ mode: "anvil", transport: http(world.local.rpcUrl) });
  const { items } = await (await world.person(roles.firstContributor)).api.listMyContributions({ limit: 1 });
  const jobId = BigInt(items[0]?.jobId ?? 0);
  await world.untilStatus(jobId, "completed");
  await node.request({ method: "anvil_reorg" as never, params: [reorganisedBlocks, []] as never });
}
