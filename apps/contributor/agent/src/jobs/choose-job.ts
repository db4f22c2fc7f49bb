import { setTimeout as pause } from "node:timers/promises";
import { type AppSettings, freeSlots, type JobKind, type JobView } from "@trainchain/protocol";
import type { Hex } from "viem";
import { whyBondRefused, whyNotAcceptable } from "../escrow/acceptable-job.ts";
import { whyHourTooCheap } from "../escrow/money-limits.ts";
import { isWithinHours } from "../machine/working-hours.ts";
import type { Agent } from "./agent.ts";
import { type JobRecord, mayStartOver } from "./job-record.ts";

/** Which jobs are taken without asking anybody. */
export interface AcceptRule {
  /** The least that a delivered adapter must pay. */
  minRewardWei: bigint;
  /** The least that an hour of training here must pay; 0 for any. */
  minPerHourWei: bigint;
  kinds: readonly JobKind[];
  /** The largest bond, in per cent of what a delivery is paid. */
  mostBondPercent: number;
  /** Hours of the local day; all where null. */
  hours: AppSettings["hours"];
}

export interface Choosing {
  /** What counts now; nothing is taken where there is none. The same object counts as the same rule. */
  rule: () => AcceptRule | undefined;
  /** Between two looks at the list of open jobs. */
  pollMs: number;
  /** Told once, for a rule, of each job that it would take but for its bond or what an hour of it pays. */
  onPassedOver: (jobId: string, why: string, limit: "bond" | "hour") => void;
  /** Told, each time that their number changes, of how many open jobs are of kinds that this version does not know. */
  onUnknown?: (jobs: number) => void;
}

/** Looks for jobs to take one after another, when the machine is free. Each call is one look: it may find none. */
export function createChooser(agent: Agent, { rule: now, pollMs, onPassedOver, onUnknown }: Choosing) {
  const passedOver = new Set<string>();
  let last: AcceptRule | undefined;
  let unknownJobs = 0;

  return async (signal: AbortSignal): Promise<JobView | undefined> => {
    const rule = agent.isFree() ? now() : undefined;
    if (rule !== last) passedOver.clear();
    last = rule;
    const job = rule && isWithinHours(rule.hours, new Date()) ? await pick(rule) : undefined;
    if (!job) await pause(pollMs, undefined, { signal });
    return job;
  };

  /** The best-paid open job that this wallet has not dealt with; undefined while there is none or nobody answers. */
  async function pick(rule: AcceptRule): Promise<JobView | undefined> {
    const { items: open, unknown } = await agent
      .listOpenJobs()
      .catch(() => ({ items: [], unknown: unknownJobs }));
    if (unknown !== unknownJobs && unknown > 0) onUnknown?.(unknown);
    unknownJobs = unknown;
    const permitOf = await permitsOf(agent, open);
    const candidates = open
      .filter((job) => whyNotAcceptable(job, permitOf.get(job.jobId)) === undefined && freeSlots(job) > 0)
      .filter((job) => BigInt(job.shareWei) >= rule.minRewardWei && job.requester !== agent.wallet)
      .filter(({ jobId, kind }) => rule.kinds.includes(kind) && !passedOver.has(jobId))
      .sort((a, b) => (BigInt(b.shareWei) > BigInt(a.shareWei) ? 1 : -1));
    const dealtWith = new Map(agent.jobs().map((record) => [record.jobId, record]));
    for (const job of candidates) {
      if (!mayTake(dealtWith.get(job.jobId), Date.now() / 1_000)) continue;
      if (!(await isAsListed(agent, job).catch(() => false))) continue;
      // What cannot be found out now is asked again at the next look, and keeps no other job from being taken.
      const passed = await whyPassedOver(agent, job, rule).catch(() => null);
      if (passed === undefined) return job;
      if (passed === null) continue;
      onPassedOver(job.jobId, passed.why, passed.limit);
      passedOver.add(job.jobId);
    }
    return undefined;
  }
}

/**
 * Whether a rule may take a job of which this is known, if anything: one that was missed may have a slot again later,
 * and a machine that was unfit may do it then.
 */
export function mayTake(record: JobRecord | undefined, seconds: number): boolean {
  if (!record) return true;
  return mayStartOver(record) && (record.facts.askAgainAt ?? 0) <= seconds;
}

/** The permits for those of the jobs that ask for one. */
async function permitsOf({ permits }: Agent, jobs: JobView[]): Promise<Map<string, Hex | undefined>> {
  const asking = jobs.filter(({ terms }) => terms.permitOnly);
  return new Map(
    await Promise.all(asking.map(async ({ jobId }) => [jobId, await permits.find(jobId)] as const)),
  );
}

/** What is wrong with a job's money, as sentences, and the limit that it does not keep; undefined where nothing is. */
async function whyPassedOver(
  agent: Agent,
  job: JobView,
  { mostBondPercent, minPerHourWei }: AcceptRule,
): Promise<{ why: string; limit: "bond" | "hour" } | undefined> {
  const bond = whyBondRefused(job, mostBondPercent);
  if (bond) return { why: bond, limit: "bond" };
  if (minPerHourWei === 0n) return undefined;
  const { ok, estimatedSeconds } = await agent.preflight(job.jobId, {
    measureAgain: false,
    onStart: () => {},
  });
  // What the machine cannot do is for the job's own check to say, which follows.
  if (!ok) return undefined;
  const cheap = whyHourTooCheap({ shareWei: BigInt(job.shareWei), estimatedSeconds }, minPerHourWei);
  return cheap === undefined ? undefined : { why: cheap, limit: "hour" };
}

/** Whether the chain has a slot for this wallet, at the listed bond: the platform's list may be behind it, or wrong. */
async function isAsListed({ escrow }: Agent, { jobId, terms }: JobView): Promise<boolean> {
  const [slot, job] = await Promise.all([escrow.getSlot(jobId), escrow.getJob(jobId)]);
  const hasRoom = job.takenSlots.length < job.maxContributors;
  return slot.status === "none" && hasRoom && job.bondWei === BigInt(terms.bondWei);
}
