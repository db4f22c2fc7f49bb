import { defaultMostBondPercent } from "@trainchain/protocol";
import type { Examination } from "../machine/examine-machine.ts";
import type { TrainerSetup } from "../machine/trainer-setup.ts";
import { createProgressReporter } from "../platform/progress-reporter.ts";
import type { AgentOptions } from "./agent.ts";
import type { AgentEvent } from "./agent-event.ts";
import type { Connected } from "./connect.ts";
import { hasReached } from "./job-record.ts";
import type { JobRecords } from "./job-records.ts";
import { runStep } from "./run-job.ts";
import type { StepContext } from "./step-context.ts";

export interface ContextDeps {
  options: AgentOptions;
  connected: Connected;
  records: JobRecords;
  jobDir(jobId: string): string;
  /** With what the next trainer is started. */
  trainer(): TrainerSetup;
  emit(event: AgentEvent): void;
}

/** What one job's examination and its steps work with. */
export function createContexts({ options, connected, records, jobDir, trainer, emit }: ContextDeps) {
  function examinationOf(jobId: string, signal: AbortSignal): Examination {
    return {
      api: connected.api,
      trainer: trainer(),
      dataDir: options.dataDir,
      jobDir: jobDir(jobId),
      benchmarkSeconds: options.benchmarkSeconds,
      log: (line) => emit({ type: "log", jobId, line }),
      signal,
    };
  }

  function contextOf(jobId: string, signal: AbortSignal): StepContext {
    const reportProgress = createProgressReporter(connected.api, jobId);
    const record = () => records.of(jobId);
    const context: StepContext = {
      ...examinationOf(jobId, signal),
      ...connected,
      patience: options.patience,
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

  return { examinationOf, contextOf };
}
