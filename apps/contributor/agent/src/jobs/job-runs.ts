import { TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { untilAborted } from "../platform/until-aborted.ts";
import { dropBoundaries } from "../trainer/boundaries.ts";
import { hasEnded, hasReached, type JobFacts, type JobRecord, mayStartOver } from "./job-record.ts";
import type { JobRecords } from "./job-records.ts";
import { createMachineQueue } from "./machine-queue.ts";
import { clearWork, runJob } from "./run-job.ts";
import type { StepContext } from "./step-context.ts";

export interface JobRunsDeps {
  records: JobRecords;
  contextOf(jobId: string, signal: AbortSignal): StepContext;
  jobDir(jobId: string): string;
  /** Aborts when the agent stops. */
  stopped: AbortSignal;
  onQueue(): void;
  log(jobId: string, line: string): void;
}

/** Ends a step so that it is taken up again as soon as the machine may train. */
const holdInterrupt = new TrainChainError("not-ready", "the machine is not to train now");

/** Leads many jobs at once, one training at a time; each can be paused, given up or held by itself. */
export function createJobRuns({ records, contextOf, jobDir, stopped, onQueue, log }: JobRunsDeps) {
  const running = new Map<string, Promise<JobRecord>>();
  const interrupts = new Map<string, AbortController>();
  const machine = createMachineQueue(onQueue);
  let allowed = Promise.withResolvers<void>();
  let isHeld = false;
  allowed.resolve();

  function run(jobId: string, taken: Pick<JobFacts, "byItself"> = {}): Promise<JobRecord> {
    const known = running.get(jobId);
    if (known) return known;
    const record = records.of(jobId);
    // A slot that others took may have been given up since, and what made the machine unfit may have passed.
    if (mayStartOver(record)) records.startOver(jobId);
    else if (hasEnded(record) || record.facts.paused) return Promise.resolve(record);
    if (taken.byItself) records.note(jobId, taken);
    const started = lead(jobId).finally(() => running.delete(jobId));
    running.set(jobId, started);
    return started;
  }

  /** For runs that nobody waits for: what stops them is in their record. */
  function runAside(jobId: string): void {
    run(jobId).catch((error: unknown) => log(jobId, toTrainChainError(error).message));
  }

  /** The machine is needed until the adapter is submitted; the rest is waiting, which many jobs do side by side. */
  async function lead(jobId: string): Promise<JobRecord> {
    records.keep(records.of(jobId));
    try {
      while (!hasReached(records.of(jobId), "submitted")) {
        const record = await workInTurn(jobId);
        if (record.facts.problem || hasEnded(record)) break;
      }
      const record = records.of(jobId);
      const context = contextOf(jobId, interruptible(jobId));
      const last = record.facts.problem ? record : await runJob(context, "paid");
      if (last.facts.problem) records.tell(last);
      return last;
    } catch (error) {
      const record = records.of(jobId);
      if (stopped.aborted || (!record.facts.paused && !hasEnded(record))) throw error;
      return record;
    } finally {
      interrupts.delete(jobId);
    }
  }

  async function workInTurn(jobId: string): Promise<JobRecord> {
    const signal = interruptible(jobId);
    try {
      return await machine.take(jobId, signal, async () => {
        if (!hasReached(records.of(jobId), "trained"))
          await Promise.race([allowed.promise, untilAborted(signal)]);
        return runJob(contextOf(jobId, signal), "submitted");
      });
    } catch (error) {
      // A hold interrupts work that goes on by itself; a person's pause and the agent's end do not. What is thrown
      // need not be the reason itself: a wait that is interrupted throws an error of its own.
      if (signal.reason !== holdInterrupt) throw error;
      return records.of(jobId);
    }
  }

  function interruptible(jobId: string): AbortSignal {
    const known = interrupts.get(jobId);
    const interrupt = known && !known.signal.aborted ? known : new AbortController();
    interrupts.set(jobId, interrupt);
    return AbortSignal.any([stopped, interrupt.signal]);
  }

  function interrupt(jobId: string, why: Error): void {
    interrupts.get(jobId)?.abort(why);
  }

  return {
    run,
    runAside,
    /** Ends the work on a slot before its time. Its data is nobody's business any more. */
    async abandon(jobId: string, why: TrainChainError, facts: JobFacts = {}): Promise<void> {
      const none = { paused: undefined, problem: undefined, hindrance: undefined };
      records.move(jobId, "released", { ...none, ...facts });
      interrupt(jobId, why);
      await running.get(jobId)?.catch(() => undefined);
      await clearWork(jobDir(jobId));
      await dropBoundaries(jobDir(jobId));
    },
    pause(jobId: string, problem?: JobFacts["problem"]): void {
      const record = records.of(jobId);
      if (hasReached(record, "submitted"))
        throw new TrainChainError("conflict", `job ${jobId} is delivered: there is nothing to pause`);
      records.move(jobId, record.state, { paused: true, problem });
      interrupt(jobId, new TrainChainError("conflict", "paused by a person"));
    },
    resume(jobId: string): void {
      const again = () => {
        const none = { paused: undefined, problem: undefined, crashes: 0 };
        records.move(jobId, records.of(jobId).state, none);
        runAside(jobId);
      };
      // What a pause has interrupted may still be writing its checkpoint.
      const ending = running.get(jobId);
      if (ending) void ending.then(again, again);
      else again();
    },
    hold(held: boolean): void {
      const wasHeld = isHeld;
      isHeld = held;
      if (!isHeld) allowed.resolve();
      if (!isHeld || wasHeld) return;
      allowed = Promise.withResolvers<void>();
      for (const jobId of interrupts.keys())
        if (machine.placeOf(jobId) === 0 && !hasReached(records.of(jobId), "trained"))
          interrupt(jobId, holdInterrupt);
    },
    moveToFront: machine.moveToFront,
    placeOf: machine.placeOf,
    isFree: () => machine.isFree,
    /** Resolves when no job is led any more. */
    async settled(): Promise<void> {
      await Promise.allSettled(running.values());
    },
  };
}
