import { type ErrorCode, errorTable, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import type { Agent } from "../jobs/agent.ts";
import { type AcceptRule, createChooser } from "../jobs/choose-job.ts";
import { describeState } from "../jobs/describe-state.ts";
import { hasEnded, type JobRecord } from "../jobs/job-record.ts";

/** Which jobs to take without asking anybody. */
export interface Policy {
  /** These, in this order. */
  jobs: string[];
  /** Whether any job that this machine can do and `rule` takes. */
  auto: boolean;
  rule: AcceptRule;
  /** Told once of each job that `auto` would take but for its bond or what an hour of it pays. */
  onPassedOver: (jobId: string, why: string) => void;
  /** Told of how many open jobs `auto` passes over because this version does not know their kind. */
  onUnknown: (jobs: number) => void;
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
  const { once, pollMs, rule, onPassedOver, onUnknown } = policy;
  const paid: JobRecord[] = [];
  const watch = (run: Promise<JobRecord>) =>
    run.then(
      (record) => {
        if (record.state === "paid") paid.push(record);
      },
      () => undefined,
    );
  for (const run of runs) void watch(run);
  const choose = createChooser(agent, {
    rule: () => rule,
    pollMs,
    onUnknown,
    onPassedOver: (jobId, why, limit) => onPassedOver(jobId, `${why} ${cures[limit]}`),
  });
  for (;;) {
    signal.throwIfAborted();
    if (once && paid.length > 0) return paid;
    const job = await choose(signal);
    if (job) void watch(agent.run(job.jobId));
  }
}

const cures = { bond: "Allow more with --max-bond.", hour: "Allow less with --min-per-hour." };

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
