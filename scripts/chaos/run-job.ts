import { roles, waitFor } from "@trainchain/testing";
import type { JobWorld } from "../../e2e/job-moves/job-world.ts";
import type { Fault, Step } from "./faults.ts";

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
const patience = { timeoutMs: 120_000 };

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
  const reached = async (step: Step) => {
    if (fault.at === step) await fault.strike(world);
  };

  const draftId = await world.requestDraft(request);
  await reached("the draft is queued");
  const jobId = await world.listDraft(draftId, request, () => reached("the job is on chain"));
  await retried("the slot", () => world.accept(jobId, contributor));
  if (fault.blocksBefore) await world.mine(fault.blocksBefore);
  await reached("the slot is taken");
  if (fault.end === "completed") await deliver(world, jobId, reached);

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

/** Uploads, signs and has relayed, again for as long as the escrow does not say that it has the adapter. */
async function deliver(
  world: JobWorld,
  jobId: bigint,
  reached: (step: Step) => Promise<void>,
): Promise<void> {
  const contributor = await world.person(roles.firstContributor);
  const adapterCid = await retried("the upload", () => world.uploadAdapter(jobId, contributor));
  await reached("the adapter is uploaded");
  const signature = await world.sign(jobId, contributor, adapterCid, contributor.account);
  const submission = { jobId, contributor: contributor.wallet, adapterCid, signature };
  await retried("the submission", () => contributor.api.submitAdapter(submission));
  await reached("the submission is queued");
  await waitFor(
    `job ${jobId} to have its delivery`,
    async () => {
      if (await world.hasDelivered(jobId, contributor)) return true;
      if ((await world.statusOnChain(jobId)) !== "open") return true;
      await contributor.api.submitAdapter(submission).catch(() => undefined);
      return false;
    },
    { ...patience, intervalMs: 1_000 },
  );
}

function retried<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  return waitFor(what, async () => (await work()) ?? (true as Value), { ...patience, intervalMs: 300 });
}
