import { roles } from "@trainchain/testing";
import { createTestClient, http } from "viem";
import { hour, type JobWorld } from "../job-moves/job-world.ts";
import type { Fault, JobUnderWay } from "./fault.ts";
import { kill, kills, processes } from "./kills.ts";
import type { NodeMood, NodeProxy } from "./node-proxy.ts";
import { fillDisk, loseStorage, spoilStorage } from "./storage-faults.ts";

const minuteMs = 60_000;
const reorganisedBlocks = 20;

/** The harshest faults of each kind that need no long wait: `npm test` tries them. */
export const quickFaults: Fault[] = [
  kill(processes, "10: the submission is queued"),
  {
    name: "PostgreSQL restarted three times",
    at: "3: the draft is queued",
    end: "completed",
    strike: async (world) => {
      for (let turn = 0; turn < 3; turn += 1) await world.local.withoutDatabase(async () => undefined);
    },
  },
  {
    name: "PostgreSQL and the worker gone together",
    at: "10: the adapter is uploaded",
    end: "completed",
    strike: async (world) => {
      await world.local.worker.kill();
      await world.local.withoutDatabase(async () => undefined);
      await world.local.restart("worker");
    },
  },
  {
    name: "the chain's node gone while everything else restarts",
    at: "10: the submission is queued",
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
    name: `a reorganisation of ${reorganisedBlocks} blocks takes submission and completion back`,
    at: "10: the submission is queued",
    end: "completed",
    strike: takeBackCompletion,
    blocksBefore: reorganisedBlocks + 5,
  },
  {
    name: "the contributor never delivers; the worker is killed at the deadline",
    at: "7: the slot is taken",
    end: "expired",
    strike: async (world) => {
      await world.local.worker.kill();
      await world.travel(73 * hour);
      await world.local.restart("worker");
    },
  },
  {
    name: "the signed delivery comes five times more",
    at: "10: the submission is queued",
    end: "completed",
    strike: sendAgain,
  },
  {
    name: "the signed delivery comes again after the payment",
    at: "14: the reward is paid",
    end: "completed",
    strike: sendAgain,
  },
];

/** The faults of `npm run chaos`; the node's moods go through the proxy that the world's processes ask. */
export function listFaults(node: NodeProxy): Fault[] {
  const nodeFault = (mood: NodeMood, what: string): Fault => ({
    name: `the chain's node ${what} for a minute`,
    at: "10: the submission is queued",
    end: "completed",
    strike: () => node.be(mood, minuteMs),
  });
  return [
    ...kills,
    kill(processes, "3: the draft is queued"),
    ...quickFaults,
    {
      name: "PostgreSQL restarted",
      at: "10: the submission is queued",
      end: "completed",
      strike: (world) => world.local.withoutDatabase(async () => undefined),
    },
    {
      name: "PostgreSQL crashes and a standby takes its place",
      at: "10: the submission is queued",
      end: "completed",
      strike: (world) => world.local.failOver(),
    },
    nodeFault("gone", "cuts every connection"),
    nodeFault("slow", "takes three seconds for each answer"),
    nodeFault("wrong", "answers nonsense"),
    {
      name: "the storage out of reach for a minute",
      at: "10: the submission is queued",
      end: "completed",
      strike: (world) => loseStorage(world, minuteMs),
    },
    {
      name: "the storage gives half of each content for a minute",
      at: "10: the submission is queued",
      end: "completed",
      strike: (world) => spoilStorage(world, minuteMs),
    },
    {
      name: "the storage's disk full for half a minute",
      at: "3: the draft is queued",
      end: "completed",
      strike: (world) => fillDisk(world, minuteMs / 2),
    },
    {
      name: "the storage's disk full for half a minute",
      at: "11: the delivery is on chain",
      end: "completed",
      strike: (world) => fillDisk(world, minuteMs / 2),
    },
    {
      name: "the platform's clocks an hour behind the chain's",
      at: "4: the job is on chain",
      end: "completed",
      strike: (world) => world.travel(hour),
    },
    {
      name: "the clocks of indexer and worker two hours ahead",
      at: "7: the slot is taken",
      end: "completed",
      strike: async (world) => {
        for (const name of ["indexer", "worker"] as const) {
          await world.local[name].kill();
          await world.local.restart(name, { NODE_OPTIONS: clockAhead(2 * hour) });
        }
      },
    },
  ];
}

/** Options of a Node whose clock is ahead by so much. */
function clockAhead(seconds: number): string {
  const code = `const R=Date,o=${seconds * 1_000};globalThis.Date=class extends R{constructor(...a){a.length?super(...a):super(R.now()+o)}static now(){return R.now()+o}}`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** What arrives more than once, or late, is refused or comes to nothing. */
async function sendAgain(world: JobWorld, { submission }: JobUnderWay): Promise<void> {
  if (!submission) throw new Error("nothing was delivered yet");
  const { api } = await world.person(roles.firstContributor);
  for (let turn = 0; turn < 5; turn += 1) await api.submitAdapter(submission).catch(() => undefined);
}

/** The slot was taken more blocks ago than are taken back. */
async function takeBackCompletion(world: JobWorld, { jobId = 0n }: JobUnderWay): Promise<void> {
  const node = createTestClient({ mode: "anvil", transport: http(world.local.rpcUrl) });
  await world.untilStatus(jobId, "completed");
  await node.request({ method: "anvil_reorg" as never, params: [reorganisedBlocks, []] as never });
}
