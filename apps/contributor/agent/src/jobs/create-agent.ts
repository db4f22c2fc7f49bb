import { join } from "node:path";
import type { ChainSlot } from "@trainchain/chain";
import { type Address, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { ensureEnvironment } from "@trainchain/python-env";
import { examineMachine, plannedBenchmarkSeconds } from "../machine/examine-machine.ts";
import { adoptSlot } from "./adopt-slot.ts";
import type { Agent, AgentOptions } from "./agent.ts";
import type { AgentEvent } from "./agent-event.ts";
import { clearDeliveries } from "./clear-deliveries.ts";
import { commitInTime } from "./commit-in-time.ts";
import { connect } from "./connect.ts";
import { createContexts } from "./contexts.ts";
import { openHistory } from "./history.ts";
import { hasEnded, hasReached, type JobRecord, mayStartOver } from "./job-record.ts";
import { createJobRecords } from "./job-records.ts";
import { createJobRuns } from "./job-runs.ts";
import { comesLate, relayAcceptance, stillCounts } from "./relay-acceptance.ts";
import { whySlotIsGone } from "./steps/take-slot.ts";
import { watchSlots } from "./watch-slots.ts";

/** The contributor's agent: does jobs for one wallet on one machine, one training at a time. */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { dataDir, patience } = options;
  let trainer = options.trainer;
  const stopped = new AbortController();
  options.signal?.throwIfAborted();
  options.signal?.addEventListener("abort", () => stopped.abort(options.signal?.reason), { once: true });
  const connected = await connect(options, stopped.signal);
  const { api, escrow, permits, relaysAcceptances, wallet, delegate } = connected;
  const history = openHistory(dataDir, escrow);

  const listeners = new Set<(event: AgentEvent) => void>();
  const emit = (event: AgentEvent) => {
    for (const listener of listeners) listener(event);
    if (event.type === "state" && hasEnded(event.record) && !mayStartOver(event.record)) void clear();
  };
  const log = (jobId: string, line: string) => emit({ type: "log", jobId, line });
  const records = createJobRecords(history, escrow, emit);
  const jobDir = (jobId: string) => join(dataDir, "jobs", `${escrow.chainId}-${escrow.escrow}-${jobId}`);
  // What cannot be removed now is tried again when another job ends.
  const clear = () => clearDeliveries(history.list(), jobDir).catch(() => undefined);
  void clear();
  const { examinationOf, contextOf } = createContexts({
    options,
    connected,
    records,
    jobDir,
    trainer: () => trainer,
    emit,
  });
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
  const committing = new Set<string>();
  async function commit(jobId: string, slot: ChainSlot): Promise<void> {
    if (committing.has(jobId)) return;
    committing.add(jobId);
    await commitInTime(contextOf(jobId, stopped.signal), slot)
      .catch((error: unknown) => log(jobId, toTrainChainError(error).message))
      .finally(() => committing.delete(jobId));
  }
  const watching = watchSlots({
    escrow,
    jobs: () => history.list(),
    pollMs: 10 * patience.pollMs,
    signal: stopped.signal,
    onLost: (jobId) => void abandonLost(jobId),
    onWaiting: (jobId, slot) => void commit(jobId, slot),
  }).catch(() => undefined);

  async function adopt(jobId: string): Promise<JobRecord> {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(120_000)]);
    await adoptSlot(contextOf(jobId, signal), records, jobId);
    runs.runAside(jobId);
    return records.of(jobId);
  }

  /** As `adopt` once the slot is there; the record is `missed` where others were faster. */
  async function adoptAfter(jobId: string, taking: Promise<void>): Promise<JobRecord> {
    try {
      await taking;
    } catch (error) {
      const reason = await whySlotIsGone(escrow, jobId, error);
      if (reason === undefined) throw error;
      records.move(jobId, "missed", { reason });
      return records.of(jobId);
    }
    return adopt(jobId);
  }

  async function stop(): Promise<void> {
    stopped.abort(toTrainChainError(new Error("the agent was asked to stop")));
    await Promise.all([watching, runs.settled()]);
    history.close();
  }
  let closing: Promise<void> | undefined;

  return {
    wallet: wallet.address,
    delegate: delegate.address.toLowerCase(),
    api,
    escrow,
    permits,
    relaysAcceptances,
    async prepare() {
      await ensureEnvironment({
        dir: trainer.envDir,
        requirementsPath: join(trainer.scriptDir, "requirements.txt"),
        onProgress: (progress) => emit({ type: "environment", progress }),
        signal: stopped.signal,
      });
    },
    async listOpenJobs() {
      return api.listJobs({ status: "open", limit: 100 });
    },
    jobs: () => history.list(),
    moves: (jobId) => history.moves(jobId),
    jobDir,
    run: runs.run,
    async preflight(jobId, { measureAgain, onStart }) {
      const examination = { ...examinationOf(jobId, stopped.signal), measureAgain };
      const job = await api.getJob(jobId);
      onStart(await plannedBenchmarkSeconds(examination, job));
      return examineMachine(examination, job);
    },
    take: (jobId, acceptance) => adoptAfter(jobId, escrow.confirm(acceptance)),
    async takeBySignature(jobId, signed) {
      const permit = await permits.find(jobId);
      const accepted = { ...signed, permit, delegate: delegate.address.toLowerCase() as Address };
      const context = { api, escrow, patience, signal: stopped.signal };
      try {
        return await adoptAfter(jobId, relayAcceptance(context, jobId, accepted));
      } catch (error) {
        void comesLate(context, jobId, signed.signedUntil)
          .then(async (isThere) => void (isThere && (await adopt(jobId))))
          .catch((failure: unknown) => log(jobId, toTrainChainError(failure).message));
        throw stillCounts(jobId, signed.signedUntil, error);
      }
    },
    adopt,
    pause: runs.pause,
    resume: runs.resume,
    async giveUp(jobId) {
      const record = records.of(jobId);
      if (hasReached(record, "submitted") || record.facts.onChain)
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
    isFree: runs.isFree,
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
