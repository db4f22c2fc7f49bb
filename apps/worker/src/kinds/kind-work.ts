import type { Replay } from "@trainchain/db/replays";
import type { Aggregation, DraftToPrepare, JobForWork } from "@trainchain/db/work";
import type { CheckResult, JobSpec, TrialAnswer } from "@trainchain/protocol";
import type { CommittedTraining, Replayed } from "../deliveries/committed-training.ts";
import type { Submission } from "../deliveries/fetch-delivery.ts";
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

/** A delivery that opened, what was drawn of its training, and the chain's clock. */
export interface Drawn {
  replay: Replay;
  submission: Submission;
  /** Seconds since 1970. */
  timestamp: bigint;
}

/** What the worker does for a job in the way of its kind. `dir` receives what is in the clear and is the caller's to remove. */
export interface KindWork<Spec extends JobSpec = JobSpec> {
  /** Whether its deliveries are judged by scripts that an evaluator forks from what it has loaded. */
  needsTorch: boolean;
  /** Checks a draft's data, keeps a holdout, seals and stores every part, and stores the public spec. */
  prepare(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void>;
  /** Makes the checks of one delivery that need no other; `committed` where its training is to be done again in part. */
  verify(
    deps: WorkerDeps,
    found: JobForWork<Spec>,
    delivery: OpenedDelivery,
    dir: string,
  ): Promise<Verdict & { committed?: CommittedTraining }>;
  /**
   * Does what was drawn of a delivery's training again, once what that takes is handed over or its time is over;
   * undefined before. Left out where nothing is drawn of any.
   */
  replay?(
    deps: WorkerDeps,
    found: JobForWork<Spec>,
    drawn: Drawn,
    dir: string,
  ): Promise<Replayed | undefined>;
  /**
   * Judges all deliveries of a job that ends without a result, which are paid then, or that waits for rulings: the verdicts on those refused, or on
   * all where none is. Left out where a job has one delivery at most, and a result with it.
   */
  judge?(deps: WorkerDeps, found: JobForWork<Spec>, dir: string): Promise<Verdict[]>;
  /** Whether these checks of a delivery are those of `judge` or `conclude`, which compare it with others. */
  isCompared?(checks: readonly CheckResult[]): boolean;
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
