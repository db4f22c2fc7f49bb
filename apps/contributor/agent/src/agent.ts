import { join } from "node:path";
import type { ApiClient } from "@trainchain/api-client";
import { type JobView, type TrainerEvent, toTrainChainError } from "@trainchain/protocol";
import { type EnvironmentProgress, ensureEnvironment } from "@trainchain/python-env";
import type { LocalAccount } from "viem";
import { openApi } from "./api.ts";
import { type EscrowAccess, openEscrow } from "./chain.ts";
import { openDelegateKey } from "./delegate-key.ts";
import { describeState, type StateWords } from "./describe-state.ts";
import { type HistoryEntry, openHistory } from "./history.ts";
import { hasEnded, hasReached, type JobFacts, type JobRecord, type JobState } from "./job-record.ts";
import { createQueue } from "./one-at-a-time.ts";
import { createProgressReporter } from "./progress-reporter.ts";
import { runJob, runStep } from "./run-job.ts";
import type { Patience, StepContext, TrainerSetup } from "./step-context.ts";

export interface AgentOptions {
  apiUrl: string;
  /** The chain's node; the one that the platform names when absent. */
  rpcUrl?: string | undefined;
  /** The agent's own folder: delegate key, login, run history, one folder a job. */
  dataDir: string;
  /** Signs in, accepts jobs and withdraws; submissions are signed by the delegate key instead. */
  wallet: LocalAccount;
  /** Protects the delegate key's file. */
  passphrase: string;
  trainer: TrainerSetup;
  patience: Patience;
}

export type AgentEvent =
  | { type: "state"; record: JobRecord; words: StateWords }
  | { type: "trainer"; jobId: string; event: TrainerEvent }
  | { type: "environment"; progress: EnvironmentProgress }
  | { type: "log"; jobId: string; line: string };

export interface Agent {
  readonly wallet: string;
  readonly delegate: string;
  readonly api: ApiClient;
  readonly escrow: EscrowAccess;
  /** Installs and proves the Python environment; quick and silent when that is done. */
  prepare(): Promise<void>;
  /** Jobs that are open on the platform. */
  listOpenJobs(): Promise<JobView[]>;
  /** Every job that this agent had to do with, the latest first. */
  jobs(): JobRecord[];
  moves(jobId: string): HistoryEntry[];
  /**
   * Takes a job on, or goes on with it, and leads it to its end. Resolves with its record there, or where it cannot
   * go on without a person: `facts.problem` then says why. One call a job; a second one joins the first.
   */
  run(jobId: string): Promise<JobRecord>;
  /** Resolves when the machine could take another job. */
  whenFree(): Promise<void>;
  /** Fetches what could not be paid to the wallet directly; resolves with the amount in wei, 0 where nothing waits. */
  withdraw(): Promise<bigint>;
  /** Hears of every event until the function it returns is called. */
  subscribe(listener: (event: AgentEvent) => void): () => void;
  /** Stops; a trainer writes a checkpoint first. Everything goes on at the next start. */
  close(): Promise<void>;
}

/** The contributor's agent: does jobs for one wallet on one machine, one training at a time. */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { dataDir, wallet, trainer, patience } = options;
  const apiUrl = options.apiUrl.replace(/\/+$/, "");
  const stopped = new AbortController();
  const api = await openApi({
    apiUrl,
    account: wallet,
    sessionFile: join(dataDir, "session.json"),
    signal: stopped.signal,
  });
  const config = await api.getConfig();
  const escrow = await openEscrow({
    rpcUrl: options.rpcUrl ?? config.rpcUrl,
    chainId: config.chainId,
    chainName: config.chainName,
    escrow: config.escrow as `0x${string}`,
    account: wallet,
  });
  const history = openHistory(dataDir, escrow);
  const delegate = await openDelegateKey(dataDir, options.passphrase);

  const closed = Promise.withResolvers<void>();
  const listeners = new Set<(event: AgentEvent) => void>();
  const running = new Map<string, Promise<JobRecord>>();
  const machine = createQueue();
  const emit = (event: AgentEvent) => {
    for (const listener of listeners) listener(event);
  };

  function recordOf(jobId: string): JobRecord {
    const known = history.find(jobId);
    if (known) return known;
    const { chainId, escrow: address } = escrow;
    return { chainId, escrow: address, jobId, state: "discovered", facts: {}, updatedAt: now() };
  }

  function keep(record: JobRecord): void {
    history.save(record);
    emit({ type: "state", record, words: describeState(record) });
  }

  function contextOf(jobId: string): StepContext {
    const reportProgress = createProgressReporter(api, jobId);
    const record = () => recordOf(jobId);
    const update = (state: JobState, facts: JobFacts) => {
      const before = record();
      return { ...before, state, facts: { ...before.facts, ...facts }, updatedAt: now() };
    };
    const context: StepContext = {
      api,
      apiUrl,
      escrow,
      wallet,
      delegate,
      trainer,
      patience,
      jobDir: join(dataDir, "jobs", `${escrow.chainId}-${escrow.escrow}-${jobId}`),
      signal: stopped.signal,
      record,
      note: (facts) => history.save(update(record().state, facts)),
      moveTo: (state, facts) => {
        if (state === record().state) history.save(update(state, facts));
        else keep(update(state, facts));
      },
      async advanceTo(goal) {
        while (!hasReached(record(), goal)) await runStep(context);
      },
      onTrainerEvent(event) {
        reportProgress(event);
        emit({ type: "trainer", jobId, event });
      },
      log: (line) => emit({ type: "log", jobId, line }),
    };
    return context;
  }

  /** The machine is needed until the adapter is submitted; the rest is waiting, which many jobs do side by side. */
  async function lead(jobId: string): Promise<JobRecord> {
    const context = contextOf(jobId);
    keep(context.record());
    const submitted = hasReached(context.record(), "submitted")
      ? context.record()
      : await machine(() => runJob(context, "submitted"));
    const record = submitted.facts.problem ? submitted : await runJob(context, "paid");
    if (record.facts.problem) emit({ type: "state", record, words: describeState(record) });
    return record;
  }

  return {
    wallet: wallet.address.toLowerCase(),
    delegate: delegate.address.toLowerCase(),
    api,
    escrow,
    async prepare() {
      await ensureEnvironment({
        dir: trainer.envDir,
        requirementsPath: join(trainer.scriptDir, "requirements.txt"),
        onProgress: (progress) => emit({ type: "environment", progress }),
        signal: stopped.signal,
      });
    },
    async listOpenJobs() {
      return (await api.listJobs({ status: "open", kind: "llm-finetune", limit: 100 })).items;
    },
    jobs: () => history.list(),
    moves: (jobId) => history.moves(jobId),
    run(jobId) {
      const known = running.get(jobId);
      if (known) return known;
      const record = recordOf(jobId);
      // A slot that others took may have been given up since.
      if (record.state === "missed")
        history.save({ ...record, state: "discovered", facts: {}, updatedAt: now() });
      else if (hasEnded(record)) return Promise.resolve(record);
      const run = lead(jobId).finally(() => running.delete(jobId));
      running.set(jobId, run);
      return run;
    },
    whenFree: () => machine(async () => undefined),
    async withdraw() {
      const amountWei = await escrow.getWithdrawableWei();
      if (amountWei > 0n) await escrow.confirm(await escrow.withdraw());
      return amountWei;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (stopped.signal.aborted) return closed.promise;
      stopped.abort(toTrainChainError(new Error("the agent was asked to stop")));
      await Promise.allSettled(running.values());
      history.close();
      closed.resolve();
    },
  };
}

function now(): string {
  return new Date().toISOString();
}
