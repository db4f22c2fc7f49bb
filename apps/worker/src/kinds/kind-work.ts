import type { Aggregation, DraftToPrepare, JobForWork } from "@trainchain/db/work";
import type { JobSpec, TrialAnswer } from "@trainchain/protocol";
import type { Verdict } from "../deliveries/record-verdict.ts";
import type { WorkerDeps } from "../deps.ts";

/** A delivery whose sealed file opened: it lies in the clear at `path`. */
export interface OpenedDelivery {
  contributor: string;
  adapterCid: string;
  path: string;
}

export interface Question {
  prompt: string;
  /** Until when an answer is of use. */
  until: Date;
}

export interface Concluded {
  /** One for each delivery, all checks included; where any is refused, of the refused ones alone. */
  verdicts: Verdict[];
  /** The result document; undefined where a delivery was refused: the job must be looked at again without it. */
  result: Aggregation["result"] | undefined;
}

/** What the worker does for a job in the way of its kind. `dir` receives what is in the clear and is the caller's to remove. */
export interface KindWork<Spec extends JobSpec = JobSpec> {
  /** Checks a draft's data, keeps a holdout, seals and stores every part, and stores the public spec. */
  prepare(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void>;
  /** Makes the checks of one delivery that need no other. */
  verify(deps: WorkerDeps, found: JobForWork<Spec>, delivery: OpenedDelivery, dir: string): Promise<Verdict>;
  /** Judges all deliveries of a job that awaits no more, makes and measures its result, and stores the sealed bundle. */
  conclude(deps: WorkerDeps, found: JobForWork<Spec>, dir: string): Promise<Concluded>;
  /** Has base and tuned model of a result answer a prompt; left out where a result answers none. */
  answer?(
    deps: WorkerDeps,
    aggregation: Aggregation,
    question: Question,
    dir: string,
    onAnswer: (answer: TrialAnswer) => void,
  ): Promise<void>;
}
