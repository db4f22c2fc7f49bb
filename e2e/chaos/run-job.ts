import { connect } from "@trainchain/db";
import { roles, waitFor } from "@trainchain/testing";
import type { JobWorld } from "../job-moves/job-world.ts";
import type { Fault, JobUnderWay, Step } from "./fault.ts";

export interface Outcome {
  fault: string;
  at: Step;
  end: string;
  contributorWei: string;
  requesterWei: string;
  /** What the escrow holds for nobody. */
  leftWei: string;
  seconds: number;
  ok: boolean;
}

const rewardWei = 1_000_000n;
const request = { contributors: 1, minContributors: 1, rewardWei };
/** The escrow of these worlds takes 5 %. */
const shareWei = 950_000n;
/** As a trainer reports it. */
export const progress = {
  event: "step",
  step: 1,
  steps: 1,
  epoch: 1,
  loss: 2,
  tokensPerSecond: 100,
  memoryMb: 100,
  learningRate: 0.001,
  tokens: 100,
  etaSeconds: 0,
} as const;
const patience = { timeoutMs: 300_000 };

/**
 * Carries one job from its dataset to its end as site and agent do, with a fault on the way: what fails for a while
 * is asked for again, as theirs is. Its end is compared with what every party must have, to the wei.
 */
export async function runJob(world: JobWorld, fault: Fault): Promise<Outcome> {
  const begun = performance.now();
  const { requester, escrow, chain } = world;
  const contributor = await world.person(roles.firstContributor);
  const held = await chain.getBalance({ address: escrow });
  const gains = await world.openLedger({ requester, contributor });
  const job: JobUnderWay = { jobId: undefined, submission: undefined };
  const reached = async (step: Step) => {
    if (fault.at === step) await fault.strike(world, job);
  };

  const draftId = await world.requestDraft(request, () => reached("2: the dataset is uploaded"));
  await reached("3: the draft is queued");
  job.jobId = await world.listDraft(draftId, () => reached("4: the job is on chain"));
  const { jobId } = job;
  await reached("5: the job is listed");
  await retried("the slot", () => world.accept(jobId, contributor));
  if (fault.blocksBefore) await world.mine(fault.blocksBefore);
  await reached("7: the slot is taken");
  if (fault.end === "completed") {
    await deliver(world, jobId, job, reached);
    await complete(world, jobId, reached);
  }

  // The contract first: the index may still show what a reorganisation has taken back.
  await waitFor(
    `job ${jobId} to be ${fault.end} on the chain`,
    async () => (await world.statusOnChain(jobId)) === fault.end,
    patience,
  );
  await world.untilStatus(jobId, fault.end);
  const won = await gains();
  const left = (await chain.getBalance({ address: escrow })) - held;
  const wanted = fault.end === "completed" ? [shareWei, -rewardWei] : [0n, 0n];
  return {
    fault: fault.name,
    at: fault.at,
    end: fault.end === "completed" ? "paid once" : "refunded",
    contributorWei: won.contributor.toString(),
    requesterWei: won.requester.toString(),
    leftWei: left.toString(),
    seconds: Math.round((performance.now() - begun) / 1_000),
    ok: won.contributor === wanted[0] && won.requester === wanted[1] && left === 0n,
  };
}

/** Trains nothing, uploads, signs and has relayed, again for as long as the escrow does not say that it has the adapter. */
async function deliver(
  world: JobWorld,
  jobId: bigint,
  job: JobUnderWay,
  reached: (step: Step) => Promise<void>,
): Promise<void> {
  const contributor = await world.person(roles.firstContributor);
  const { api } = contributor;
  await retried("the shard", () => api.getAssignment(jobId));
  await reached("8: the shard is revealed");
  await retried("the progress", () => api.reportProgress(jobId, progress));
  await reached("9: progress is reported");
  const adapterCid = await retried("the upload", () => world.uploadAdapter(jobId, contributor));
  await reached("10: the adapter is uploaded");
  const signature = await world.sign(jobId, contributor, adapterCid, contributor.account);
  const submission = { jobId, contributor: contributor.wallet, adapterCid, signature };
  job.submission = submission;
  await retried("the submission", () => api.submitAdapter(submission));
  await reached("10: the submission is queued");
  await waitFor(
    `job ${jobId} to have its delivery`,
    async () => {
      if (await world.hasDelivered(jobId, contributor)) return true;
      if ((await world.statusOnChain(jobId)) !== "open") return true;
      await api.submitAdapter(submission).catch(() => undefined);
      return false;
    },
    { ...patience, intervalMs: 1_000 },
  );
  await reached("11: the delivery is on chain");
}

/** Sees the worker judge, merge and complete. */
async function complete(
  world: JobWorld,
  jobId: bigint,
  reached: (step: Step) => Promise<void>,
): Promise<void> {
  const { sql, close } = connect(world.local.databaseUrl, { poolSize: 1 });
  const exists = (what: string, find: () => Promise<readonly unknown[]>) =>
    retried(`job ${jobId} to have ${what}`, async () => {
      if ((await find()).length === 0) throw new Error("not yet");
    });
  try {
    await exists("a verdict", () => sql`select from adapter_verifications where job_id = ${String(jobId)}`);
    await reached("12: the adapter is judged");
    await exists(
      "its completion",
      () => sql`select from transactions where purpose like ${`completeJob/%/${jobId}`}`,
    );
    await reached("13: the completion is to be sent");
    await retried("the reward", async () => {
      if ((await world.statusOnChain(jobId)) !== "completed") throw new Error("not yet");
    });
    await reached("14: the reward is paid");
  } finally {
    await close();
  }
}

function retried<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  return waitFor(what, async () => (await work()) ?? (true as Value), { ...patience, intervalMs: 300 });
}
