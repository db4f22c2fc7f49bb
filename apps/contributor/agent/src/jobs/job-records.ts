import type { EscrowAccess } from "../escrow/chain.ts";
import type { AgentEvent } from "./agent-event.ts";
import { describeState } from "./describe-state.ts";
import type { History } from "./history.ts";
import type { JobFacts, JobRecord, JobState } from "./job-record.ts";

export type JobRecords = ReturnType<typeof createJobRecords>;

/** The records of an agent's jobs under one escrow: on disk first, then told. */
export function createJobRecords(
  history: History,
  { chainId, escrow }: Pick<EscrowAccess, "chainId" | "escrow">,
  emit: (event: AgentEvent) => void,
) {
  /** A job's record; that of one which was never taken on is new, and not kept yet. */
  function of(jobId: string): JobRecord {
    return (
      history.find(jobId) ?? { chainId, escrow, jobId, state: "discovered", facts: {}, updatedAt: now() }
    );
  }

  function changed(jobId: string, state: JobState, facts: JobFacts): JobRecord {
    const before = of(jobId);
    return { ...before, state, facts: { ...before.facts, ...facts }, updatedAt: now() };
  }

  function tell(record: JobRecord): void {
    emit({ type: "state", record, words: describeState(record) });
  }

  function keep(record: JobRecord): void {
    history.save(record);
    tell(record);
  }

  return {
    of,
    keep,
    tell,
    /** Adds facts without a word. */
    note(jobId: string, facts: JobFacts): void {
      history.save(changed(jobId, of(jobId).state, facts));
    },
    /** Moves a job, or adds to what is known of it, and tells. */
    move(jobId: string, state: JobState, facts: JobFacts): void {
      keep(changed(jobId, state, facts));
    },
    /** Forgets how far a job had come. */
    startOver(jobId: string): void {
      history.save({ ...of(jobId), state: "discovered", facts: {}, updatedAt: now() });
    },
  };
}

function now(): string {
  return new Date().toISOString();
}
