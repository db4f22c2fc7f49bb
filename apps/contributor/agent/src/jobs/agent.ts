import { join } from "node:path";
import { type ApiClient, createApiClient } from "@trainchain/api-client";
import {
  type Address,
  defaultMostBondPercent,
  type JobView,
  type PreflightReport,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { ensureEnvironment } from "@trainchain/python-env";
import type { Hash, LocalAccount } from "viem";
import { moneyOf } from "../escrow/acceptable-job.ts";
import { type EscrowAccess, openEscrow } from "../escrow/chain.ts";
import { openDelegateKey } from "../escrow/delegate-key.ts";
import { pinEscrow } from "../escrow/pinned-escrow.ts";
import { type Examination, examineMachine, plannedBenchmarkSeconds } from "../machine/examine-machine.ts";
import type { TrainerSetup } from "../machine/trainer-setup.ts";
import { boundedFetch, openApi, signInWith } from "../platform/api.ts";
import { createProgressReporter } from "../platform/progress-reporter.ts";
import type { Login } from "../platform/session.ts";
import type { AgentEvent } from "./agent-event.ts";
import { type HistoryEntry, openHistory } from "./history.ts";
import { hasEnded, hasReached, type JobFacts, type JobRecord } from "./job-record.ts";
import { createJobRecords } from "./job-records.ts";
import { createJobRuns } from "./job-runs.ts";
import { runStep } from "./run-job.ts";
import type { Patience, StepContext } from "./step-context.ts";
import { findSlot, whySlotIsGone } from "./steps/take-slot.ts";
import { waitUntil } from "./wait-until.ts";
import { watchSlots } from "./watch-slots.ts";

/** A wallet whose key is in a browser: its owner signs there, and hands over what was signed. */
interface BrowserWallet {
  type: "browser";
  address: Address;
  /** Resolves when its owner has signed in, however long that takes. */
  signIn(): Promise<Login>;
}

export interface AgentOptions {
  apiUrl: string;
  /** The chain's node; the one that the platform names when absent. */
  rpcUrl?: string | undefined;
  /** The only contract to work with; that which the platform named first when absent. */
  escrow?: Address | undefined;
  /** The agent's own folder: delegate key, login, run history, one folder a job. */
  dataDir: string;
  /** Signs in, accepts jobs and withdraws; submissions are signed by the delegate key instead. */
  wallet: LocalAccount | BrowserWallet;
  /** Protects the delegate key's file. */
  passphrase: string;
  trainer: TrainerSetup;
  patience: Patience;
  /** The largest bond to lock, in per cent of what a delivery is paid; a default of the protocol when absent. */
  mostBondPercent?: number | undefined;
  /** How long a preflight measures the machine's speed. */
  benchmarkSeconds: number;
  /** Ends it, also while it is being created. */
  signal?: AbortSignal;
}

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
  /** As `adopt`, once the wallet's acceptance is mined; the record is `missed` where others were faster. */
  take(jobId: string, acceptance: Hash): Promise<JobRecord>;
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
  const platform = createApiClient({ baseUrl: apiUrl, fetch: boundedFetch(stopped.signal) });
  const config = await platform.getConfig();
  await pinEscrow(dataDir, config, options.escrow);
  const api = await openApi({
    apiUrl,
    wallet: address,
    sessionFile: join(dataDir, "session.json"),
    signIn: wallet.type === "local" ? signInWith(wallet, apiUrl, stopped.signal) : wallet.signIn,
    signal: stopped.signal,
  });
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
  const emit = (event: AgentEvent) => {
    for (const listener of listeners) listener(event);
  };
  const log = (jobId: string, line: string) => emit({ type: "log", jobId, line });
  const records = createJobRecords(history, escrow, emit);
  const jobDir = (jobId: string) => join(dataDir, "jobs", `${escrow.chainId}-${escrow.escrow}-${jobId}`);

  function examinationOf(jobId: string, signal: AbortSignal): Examination {
    return {
      api,
      trainer,
      dataDir,
      jobDir: jobDir(jobId),
      benchmarkSeconds: options.benchmarkSeconds,
      log: (line) => log(jobId, line),
      signal,
    };
  }

  function contextOf(jobId: string, signal: AbortSignal): StepContext {
    const reportProgress = createProgressReporter(api, jobId);
    const record = () => records.of(jobId);
    const context: StepContext = {
      ...examinationOf(jobId, signal),
      apiUrl,
      escrow,
      wallet: { address },
      delegate,
      patience,
      mostBondPercent: options.mostBondPercent ?? defaultMostBondPercent,
      record,
      note: (facts) => records.note(jobId, facts),
      tell: (facts) => records.move(jobId, record().state, facts),
      hinder(failure) {
        if (failure?.message === record().facts.hindrance?.message) return;
        const hindrance = failure && { code: failure.code, message: failure.message, fix: failure.fix };
        records.move(jobId, record().state, { hindrance });
      },
      moveTo: (state, facts) => {
        if (state === record().state) records.note(jobId, facts);
        else records.move(jobId, state, { hindrance: undefined, ...facts });
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

  const runs = createJobRuns({
    records,
    contextOf,
    jobDir,
    stopped: stopped.signal,
    onQueue: () => emit({ type: "queue" }),
    log,
  });
  const abandonLost = (jobId: string) =>
    runs.abandon(jobId, slotLost).catch((error: unknown) => log(jobId, toTrainChainError(error).message));
  const watching = watchSlots({
    escrow,
    jobs: () => history.list(),
    pollMs: 10 * patience.pollMs,
    signal: stopped.signal,
    onLost: (jobId) => void abandonLost(jobId),
  }).catch(() => undefined);

  async function adopt(jobId: string): Promise<JobRecord> {
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
    const known = { ...moneyOf(job), description: job.spec?.description };
    const record = records.of(jobId);
    if (!hasReached(record, "accepted") || hasEnded(record))
      records.move(jobId, taken.to, { ...known, ...taken.facts, problem: undefined });
    runs.runAside(jobId);
    return records.of(jobId);
  }

  async function stop(): Promise<void> {
    stopped.abort(toTrainChainError(new Error("the agent was asked to stop")));
    await Promise.all([watching, runs.settled()]);
    history.close();
  }
  let closing: Promise<void> | undefined;

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
    run: runs.run,
    async preflight(jobId, { measureAgain, onStart }) {
      const examination = { ...examinationOf(jobId, stopped.signal), measureAgain };
      onStart(await plannedBenchmarkSeconds(examination));
      return examineMachine(examination, await api.getJob(jobId));
    },
    async take(jobId, acceptance) {
      try {
        await escrow.confirm(acceptance);
      } catch (error) {
        const reason = await whySlotIsGone(escrow, jobId, error);
        if (reason === undefined) throw error;
        records.move(jobId, "missed", { reason });
        return records.of(jobId);
      }
      return adopt(jobId);
    },
    adopt,
    pause: runs.pause,
    resume: runs.resume,
    async giveUp(jobId) {
      if (hasReached(records.of(jobId), "submitted"))
        throw new TrainChainError("conflict", `job ${jobId} is delivered: its slot cannot be given up`);
      const reason = "You gave the slot up.";
      await runs.abandon(jobId, new TrainChainError("conflict", "given up by a person"), { reason });
    },
    moveToFront: runs.moveToFront,
    placeOf: runs.placeOf,
    hold: runs.hold,
    configure(changes) {
      trainer = { ...trainer, ...changes };
    },
    whenFree: runs.whenFree,
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
