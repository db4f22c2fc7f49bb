import { setTimeout as pause } from "node:timers/promises";
import {
  type ErrorCode,
  errorTable,
  freeSlots,
  type JobKind,
  type JobView,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { whyBondRefused, whyNotAcceptable } from "../escrow/acceptable-job.ts";
import { whyHourTooCheap } from "../escrow/money-limits.ts";
import type { Agent } from "../jobs/agent.ts";
import { describeState } from "../jobs/describe-state.ts";
import { hasEnded, type JobRecord } from "../jobs/job-record.ts";

/** Which jobs to take without asking anybody. */
export interface Policy {
  /** These, in this order. */
  jobs: string[];
  /** Any job that this machine can do. */
  auto: boolean;
  /** The least that a delivered adapter must pay for `auto` to take the job. */
  minRewardWei: bigint;
  /** The least that an hour of training here must pay for `auto` to take the job; 0 for any. */
  minPerHourWei: bigint;
  /** Kinds of job that `auto` takes. */
  kinds: readonly JobKind[];
  /** The largest bond of a job that `auto` takes, in per cent of what a delivery is paid. */
  mostBondPercent: number;
  /** Told once of each job that `auto` would take but for its bond or what an hour of it pays. */
  onPassedOver: (jobId: string, why: string) => void;
  /** End once a job is paid. */
  once: boolean;
  /** Between two looks at the list of open jobs. */
  pollMs: number;
}

/** Goes on with every unfinished job, takes new ones as the policy says, and resolves when there is nothing left to do. */
export async function runHeadless(agent: Agent, policy: Policy, signal: AbortSignal): Promise<void> {
  const unfinished = agent.jobs().filter((record) => !hasEnded(record));
  const runs = [...unfinished.map(({ jobId }) => jobId), ...policy.jobs].map((jobId) => agent.run(jobId));
  const results = policy.auto ? await takeOpenJobs(agent, policy, runs, signal) : await Promise.all(runs);
  if (policy.once && results.some(({ state }) => state === "paid")) return;
  for (const record of results) assertPaid(record);
}

/** Takes one job after the other; with `once`, until the first is paid. */
async function takeOpenJobs(
  agent: Agent,
  policy: Policy,
  runs: Promise<JobRecord>[],
  signal: AbortSignal,
): Promise<JobRecord[]> {
  const { once, pollMs } = policy;
  const paid: JobRecord[] = [];
  const passedOver = new Set<string>();
  const watch = (run: Promise<JobRecord>) =>
    run.then(
      (record) => {
        if (record.state === "paid") paid.push(record);
      },
      () => undefined,
    );
  for (const run of runs) void watch(run);
  for (;;) {
    signal.throwIfAborted();
    if (once && paid.length > 0) return paid;
    const isFree = await Promise.race([agent.whenFree().then(() => true), pause(pollMs, false, { signal })]);
    const job = isFree ? await pickJob(agent, policy, passedOver) : undefined;
    if (job) void watch(agent.run(job.jobId));
    else await pause(pollMs, undefined, { signal });
  }
}

/** The best-paid open job that this wallet has not dealt with; undefined while there is none or nobody answers. */
async function pickJob(agent: Agent, policy: Policy, passedOver: Set<string>): Promise<JobView | undefined> {
  const { minRewardWei, kinds, onPassedOver } = policy;
  const open = await agent.listOpenJobs().catch(() => []);
  const candidates = open
    .filter((job) => whyNotAcceptable(job) === undefined && freeSlots(job) > 0)
    .filter((job) => BigInt(job.shareWei) >= minRewardWei && job.requester !== agent.wallet)
    .filter(({ jobId, kind }) => kinds.includes(kind) && !passedOver.has(jobId))
    .sort((a, b) => (BigInt(b.shareWei) > BigInt(a.shareWei) ? 1 : -1));
  const dealtWith = new Map(agent.jobs().map((record) => [record.jobId, record.state]));
  for (const job of candidates) {
    const state = dealtWith.get(job.jobId);
    if (state !== undefined && state !== "missed") continue;
    if (!(await isAsListed(agent, job).catch(() => false))) continue;
    // What cannot be found out now is asked again at the next look, and keeps no other job from being taken.
    const why = await whyPassedOver(agent, job, policy).catch(() => null);
    if (why === undefined) return job;
    if (why === null) continue;
    onPassedOver(job.jobId, why);
    passedOver.add(job.jobId);
  }
  return undefined;
}

/** What is wrong with a job's money, as sentences that name the option; undefined where nothing is. */
async function whyPassedOver(
  agent: Agent,
  job: JobView,
  { mostBondPercent, minPerHourWei }: Policy,
): Promise<string | undefined> {
  const bond = whyBondRefused(job, mostBondPercent);
  if (bond) return `${bond} Allow more with --max-bond.`;
  if (minPerHourWei === 0n) return undefined;
  const { ok, estimatedSeconds } = await agent.preflight(job.jobId, {
    measureAgain: false,
    onStart: () => {},
  });
  // What the machine cannot do is for the job's own check to say, which follows.
  if (!ok) return undefined;
  const cheap = whyHourTooCheap({ shareWei: BigInt(job.shareWei), estimatedSeconds }, minPerHourWei);
  return cheap && `${cheap} Allow less with --min-per-hour.`;
}

/** Whether the chain has a slot for this wallet, at the listed bond: the platform's list may be behind it, or wrong. */
async function isAsListed({ escrow }: Agent, { jobId, terms }: JobView): Promise<boolean> {
  const [slot, job] = await Promise.all([escrow.getSlot(jobId), escrow.getJob(jobId)]);
  const hasRoom = job.takenSlots.length < job.maxContributors;
  return slot.status === "none" && hasRoom && job.bondWei === BigInt(terms.bondWei);
}

/** A job that did not end paid ends the program with its reason. */
function assertPaid(record: JobRecord): void {
  const { jobId, state, facts } = record;
  if (state === "paid") return;
  const { problem } = facts;
  const code = problem && problem.code in errorTable ? (problem.code as ErrorCode) : "conflict";
  throw new TrainChainError(
    code,
    problem?.message ?? `job ${jobId} ended ${state}: ${describeState(record).now}`,
    {
      fix: problem?.fix,
      facts: { jobId, state },
    },
  );
}

/** sysexits: 2 the user can fix it, 75 it may be retried, 1 a bug, 130 stopped. */
export function exitCodeOf(error: unknown): number {
  const { code, mayRetry } = toTrainChainError(error);
  if (code === "internal") return 1;
  return mayRetry ? 75 : 2;
}
