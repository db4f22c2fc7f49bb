import { join } from "node:path";
import type { ApiClient } from "@trainchain/api-client";
import {
  type Address,
  type JobView,
  type PreflightReport,
  TrainChainError,
  type TrainerEvent,
  toTrainChainError,
} from "@trainchain/protocol";
import { type EnvironmentProgress, ensureEnvironment } from "@trainchain/python-env";
import type { LocalAccount } from "viem";
import { openApi, signInWith } from "./api.ts";
import { type EscrowAccess, openEscrow } from "./chain.ts";
import { openDelegateKey } from "./delegate-key.ts";
import { describeState, type StateWords } from "./describe-state.ts";
import { type Examination, examineMachine, plannedBenchmarkSeconds } from "./examine-machine.ts";
import { type HistoryEntry, openHistory } from "./history.ts";
import { hasEnded, hasReached, type JobFacts, type JobRecord, type JobState } from "./job-record.ts";
import { createMachineQueue } from "./machine-queue.ts";
import { createProgressReporter } from "./progress-reporter.ts";
import { clearWork, runJob, runStep } from "./run-job.ts";
import type { Login } from "./session.ts";
import type { Patience, StepContext, TrainerSetup } from "./step-context.ts";
import { findSlot } from "./steps/take-slot.ts";
import { untilAborted } from "./until-aborted.ts";
import { waitUntil } from "./wait-until.ts";
import { watchSlots } from "./watch-slots.ts";

/** A wallet whose key is in a browser: its owner signs there, and hands over what was signed. */
export interface BrowserWallet {
  type: "browser";
  address: Address;
  /** Resolves when its owner has signed in, however long that takes. */
  signIn(): Promise<Login>;
}

export interface AgentOptions {
  apiUrl: string;
  /** The chain's node; the one that the platform names when absent. */
  rpcUrl?: string | undefined;
  /** The agent's own folder: delegate key, login, run history, one folder a job. */
  dataDir: string;
  /** Signs in, accepts jobs and withdraws; submissions are signed by the delegate key instead. */
  wallet: LocalAccount | BrowserWallet;
  /** Protects the delegate key's file. */
  passphrase: string;
  trainer: TrainerSetup;
  patience: Patience;
  /** How long a preflight measures the machine's speed. */
  benchmarkSeconds: number;
  /** Ends it, also while it is being created. */
  signal?: AbortSignal;
}

export type AgentEvent =
  | { type: "state"; record: JobRecord; words: StateWords }
  | { type: "trainer"; jobId: string; event: TrainerEvent }
  | { type: "environment"; progress: EnvironmentProgress }
  | { type: "queue" }
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
  /** The job's folder, where its trainer's log lies. */
  jobDir(jobId: string): string;
  /**
   * Takes a job on, or goes on with it, and leads it to its end. Resolves with its record there, or where it cannot
   * go on without a person: `facts.problem` then says why. One call a job; a second one joins the first.
   */
  run(jobId: string): Promise<JobRecord>;
  /** Checks the machine against a job; `onStart` is told for how long its speed will be measured. */
  preflight(
    jobId: string,
    options: { measureAgain: boolean; onStart: (benchmarkSeconds: number) => void },
  ): Promise<PreflightReport>;
  /** Goes on with a slot that the wallet took by itself, once the chain shows it and names this agent's delegate. */
  adopt(jobId: string): Promise<JobRecord>;
  /** Stops the work on a job, the trainer after a checkpoint, until `resume`; `problem` says why if not by wish. */
  pause(jobId: string, problem?: JobFacts["problem"]): void;
  resume(jobId: string): void;
  /** Ends the work on a slot for good; on chain the slot stays taken until its deadline. */
  giveUp(jobId: string): Promise<void>;
  /** Lets a waiting job have the machine next. */
  moveToFront(jobId: string): void;
  placeOf(jobId: string): number | undefined;
  /** Stops training, after a checkpoint, until called with false; what is trained is delivered all the same. */
  hold(isHeld: boolean): void;
  /** Changes what the next trainer is started with. */
  configure(changes: Partial<TrainerSetup>): void;
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
  const { dataDir, wallet, patience } = options;
  let trainer = options.trainer;
  const apiUrl = options.apiUrl.replace(/\/+$/, "");
  const address = wallet.address.toLowerCase() as Address;
  const account = wallet.type === "local" ? wallet : undefined;
  const stopped = new AbortController();
  options.signal?.throwIfAborted();
  options.signal?.addEventListener("abort", () => stopped.abort(options.signal?.reason), { once: true });
  const api = await openApi({
    apiUrl,
    wallet: address,
    sessionFile: join(dataDir, "session.json"),
    signIn: wallet.type === "local" ? signInWith(wallet, apiUrl, stopped.signal) : wallet.signIn,
    signal: stopped.signal,
  });
  const config = await api.getConfig();
  const escrow = await openEscrow({
    rpcUrl: options.rpcUrl ?? config.rpcUrl,
    chainId: config.chainId,
    chainName: config.chainName,
    escrow: config.escrow as Address,
    contributor: address,
    account,
  });
  const history = openHistory(dataDir, escrow);
  const delegate = await openDelegateKey(dataDir, options.passphrase);

  const listeners = new Set<(event: AgentEvent) => void>();
  const running = new Map<string, Promise<JobRecord>>();
  const interrupts = new Map<string, AbortController>();
  const emit = (event: AgentEvent) => {
    for (const listener of listeners) listener(event);
  };
  const machine = createMachineQueue(() => emit({ type: "queue" }));
  let allowed = Promise.withResolvers<void>();
  let isHeld = false;
  let closing: Promise<void> | undefined;
  allowed.resolve();

  function recordOf(jobId: string): JobRecord {
    const known = history.find(jobId);
    if (known) return known;
    const { chainId, escrow: contract } = escrow;
    return { chainId, escrow: contract, jobId, state: "discovered", facts: {}, updatedAt: now() };
  }

  function keep(record: JobRecord): void {
    history.save(record);
    emit({ type: "state", record, words: describeState(record) });
  }

  function change(jobId: string, state: JobState, facts: JobFacts): JobRecord {
    const before = recordOf(jobId);
    return { ...before, state, facts: { ...before.facts, ...facts }, updatedAt: now() };
  }

  const jobDir = (jobId: string) => join(dataDir, "jobs", `${escrow.chainId}-${escrow.escrow}-${jobId}`);

  function examinationOf(jobId: string, signal: AbortSignal): Examination {
    return {
      api,
      trainer,
      dataDir,
      jobDir: jobDir(jobId),
      benchmarkSeconds: options.benchmarkSeconds,
      log: (line) => emit({ type: "log", jobId, line }),
      signal,
    };
  }

  function contextOf(jobId: string, signal: AbortSignal): StepContext {
    const reportProgress = createProgressReporter(api, jobId);
    const record = () => recordOf(jobId);
    const context: StepContext = {
      ...examinationOf(jobId, signal),
      apiUrl,
      escrow,
      wallet: { address },
      delegate,
      patience,
      record,
      note: (facts) => history.save(change(jobId, record().state, facts)),
      hinder(failure) {
        if (failure?.message === record().facts.hindrance?.message) return;
        const hindrance = failure && { code: failure.code, message: failure.message, fix: failure.fix };
        keep(change(jobId, record().state, { hindrance }));
      },
      moveTo: (state, facts) => {
        if (state === record().state) history.save(change(jobId, state, facts));
        else keep(change(jobId, state, { hindrance: undefined, ...facts }));
      },
      async advanceTo(goal) {
        while (!hasReached(record(), goal)) await runStep(context);
      },
      onTrainerEvent(event) {
        reportProgress(event);
        emit({ type: "trainer", jobId, event });
      },
    };
    return context;
  }

  /** The machine is needed until the adapter is submitted; the rest is waiting, which many jobs do side by side. */
  async function lead(jobId: string): Promise<JobRecord> {
    keep(recordOf(jobId));
    try {
      while (!hasReached(recordOf(jobId), "submitted")) {
        const signal = interruptible(jobId);
        const record = await machine
          .take(jobId, signal, () => work(jobId, signal))
          .catch((error: unknown) => {
            // A hold interrupts work that goes on by itself; a person's pause and the agent's end do not. What is
            // thrown need not be the reason itself: a wait that is interrupted throws an error of its own.
            if (signal.reason !== holdInterrupt) throw error;
            return recordOf(jobId);
          });
        if (record.facts.problem || hasEnded(record)) break;
      }
      const signal = interruptible(jobId);
      const record = recordOf(jobId);
      const last = record.facts.problem ? record : await runJob(contextOf(jobId, signal), "paid");
      if (last.facts.problem) emit({ type: "state", record: last, words: describeState(last) });
      return last;
    } catch (error) {
      const record = recordOf(jobId);
      if (stopped.signal.aborted || (!record.facts.paused && !hasEnded(record))) throw error;
      return record;
    } finally {
      interrupts.delete(jobId);
    }
  }

  async function work(jobId: string, signal: AbortSignal): Promise<JobRecord> {
    if (!hasReached(recordOf(jobId), "trained")) await Promise.race([allowed.promise, untilAborted(signal)]);
    return runJob(contextOf(jobId, signal), "submitted");
  }

  function interruptible(jobId: string): AbortSignal {
    const known = interrupts.get(jobId);
    const interrupt = known && !known.signal.aborted ? known : new AbortController();
    interrupts.set(jobId, interrupt);
    return AbortSignal.any([stopped.signal, interrupt.signal]);
  }

  function interrupt(jobId: string, why: Error): void {
    interrupts.get(jobId)?.abort(why);
  }

  function run(jobId: string): Promise<JobRecord> {
    const known = running.get(jobId);
    if (known) return known;
    const record = recordOf(jobId);
    // A slot that others took may have been given up since.
    if (record.state === "missed")
      history.save({ ...record, state: "discovered", facts: {}, updatedAt: now() });
    else if (hasEnded(record) || record.facts.paused) return Promise.resolve(record);
    const started = lead(jobId).finally(() => running.delete(jobId));
    running.set(jobId, started);
    return started;
  }

  /** Ends the work on a slot before its time. Its data is nobody's business any more. */
  async function abandon(jobId: string, why: TrainChainError, facts: JobFacts = {}): Promise<void> {
    const none = { paused: undefined, problem: undefined, hindrance: undefined };
    keep(change(jobId, "released", { ...none, ...facts }));
    interrupt(jobId, why);
    await running.get(jobId)?.catch(() => undefined);
    await clearWork(jobDir(jobId));
  }

  const watching = watchSlots({
    escrow,
    jobs: () => history.list(),
    pollMs: 10 * patience.pollMs,
    signal: stopped.signal,
    onLost: (jobId) => void abandon(jobId, slotLost).catch((error: unknown) => logFailure(jobId, error)),
  }).catch(() => undefined);

  function logFailure(jobId: string, error: unknown): void {
    emit({ type: "log", jobId, line: toTrainChainError(error).message });
  }

  async function stop(): Promise<void> {
    stopped.abort(toTrainChainError(new Error("the agent was asked to stop")));
    await Promise.allSettled([watching, ...running.values()]);
    history.close();
  }

  /** For runs that nobody waits for: what stops them is in their record. */
  function runAside(jobId: string): void {
    run(jobId).catch((error: unknown) => logFailure(jobId, error));
  }

  return {
    wallet: address,
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
      return (await api.listJobs({ status: "open", limit: 100 })).items;
    },
    jobs: () => history.list(),
    moves: (jobId) => history.moves(jobId),
    jobDir,
    run,
    async preflight(jobId, { measureAgain, onStart }) {
      const examination = { ...examinationOf(jobId, stopped.signal), measureAgain };
      onStart(await plannedBenchmarkSeconds(examination));
      return examineMachine(examination, await api.getJob(jobId));
    },
    async adopt(jobId) {
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(120_000)]);
      const context = contextOf(jobId, signal);
      const taken = await waitUntil(() => findSlot(context), patience.pollMs, signal);
      const slot = await escrow.getSlot(jobId);
      if (taken.to === "accepted" && slot.delegate !== delegate.address.toLowerCase())
        throw new TrainChainError("conflict", `the slot of job ${jobId} names another delegate`, {
          fix: "Work on it with the agent that accepted it, or name this agent's delegate from the earnings page.",
          facts: { delegate: slot.delegate },
        });
      const job = await api.getJob(jobId);
      const known = {
        shareWei: job.shareWei,
        bondWei: job.terms.bondWei,
        description: job.spec?.description,
      };
      if (!hasReached(recordOf(jobId), "accepted") || hasEnded(recordOf(jobId)))
        keep({ ...change(jobId, taken.to, { ...known, ...taken.facts, problem: undefined }) });
      runAside(jobId);
      return recordOf(jobId);
    },
    pause(jobId, problem) {
      if (hasReached(recordOf(jobId), "submitted"))
        throw new TrainChainError("conflict", `job ${jobId} is delivered: there is nothing to pause`);
      keep(change(jobId, recordOf(jobId).state, { paused: true, problem }));
      interrupt(jobId, new TrainChainError("conflict", "paused by a person"));
    },
    resume(jobId) {
      const again = () => {
        keep(change(jobId, recordOf(jobId).state, { paused: undefined, problem: undefined, crashes: 0 }));
        runAside(jobId);
      };
      // What a pause has interrupted may still be writing its checkpoint.
      const ending = running.get(jobId);
      if (ending) void ending.then(again, again);
      else again();
    },
    async giveUp(jobId) {
      if (hasReached(recordOf(jobId), "submitted"))
        throw new TrainChainError("conflict", `job ${jobId} is delivered: its slot cannot be given up`);
      const reason = "You gave the slot up.";
      await abandon(jobId, new TrainChainError("conflict", "given up by a person"), { reason });
    },
    moveToFront: (jobId) => machine.moveToFront(jobId),
    placeOf: (jobId) => machine.placeOf(jobId),
    hold(held) {
      const wasHeld = isHeld;
      isHeld = held;
      if (!isHeld) return allowed.resolve();
      if (wasHeld) return;
      allowed = Promise.withResolvers<void>();
      for (const jobId of interrupts.keys())
        if (machine.placeOf(jobId) === 0 && !hasReached(recordOf(jobId), "trained"))
          interrupt(jobId, holdInterrupt);
    },
    configure(changes) {
      trainer = { ...trainer, ...changes };
    },
    whenFree: () => machine.take("", stopped.signal, async () => undefined),
    async withdraw() {
      const amountWei = await escrow.getWithdrawableWei();
      if (amountWei > 0n && escrow.moves) await escrow.confirm(await escrow.moves.withdraw());
      return amountWei;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing ??= stop();
      return closing;
    },
  };
}

const slotLost = new TrainChainError("gone", "the slot takes no delivery any more");

/** Ends a step so that it is taken up again as soon as the machine may train. */
const holdInterrupt = new TrainChainError("not-ready", "the machine is not to train now");

function now(): string {
  return new Date().toISOString();
}
