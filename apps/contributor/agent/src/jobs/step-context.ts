import type { ApiClient } from "@trainchain/api-client";
import type { TrainChainError, TrainerEvent } from "@trainchain/protocol";
import type { Address, LocalAccount } from "viem";
import type { EscrowAccess } from "../escrow/chain.ts";
import type { SlotPermits } from "../escrow/slot-permits.ts";
import type { TrainerSetup } from "../machine/trainer-setup.ts";
import type { JobFacts, JobRecord, JobState } from "./job-record.ts";

/** How long things may take before the agent does something about them. */
export interface Patience {
  /** Between two looks at chain and platform while waiting for others. */
  pollMs: number;
  /** For the relay to bring a submission on chain before the agent sends it itself. */
  relayMs: number;
  /** First pause before something that failed is tried again; doubles up to 60 s. */
  retryMs: number;
}

/** What a step works with. A step does one thing, may be run again at any time, and says where the job stands then. */
export interface StepContext {
  api: ApiClient;
  apiUrl: string;
  escrow: EscrowAccess;
  permits: SlotPermits;
  /** Whether the platform takes slots for wallets without coin. */
  relaysAcceptances: boolean;
  /** Whose slot it is. Its key is here only where `escrow.moves` is. */
  wallet: { address: Address };
  delegate: LocalAccount;
  trainer: TrainerSetup;
  patience: Patience;
  /** The agent's folder. */
  dataDir: string;
  /** The largest bond to lock, in per cent of what a delivery is paid. */
  mostBondPercent: number;
  /** How long the preflight measures the machine's speed. */
  benchmarkSeconds: number;
  /** The job's own folder: sealed shard, work folder, adapter, log. */
  jobDir: string;
  signal: AbortSignal;
  /** The record as it was saved last. */
  record(): JobRecord;
  /** Saves facts without moving on. */
  note(facts: JobFacts): void;
  /** Saves facts without moving on, and tells whoever looks. */
  tell(facts: JobFacts): void;
  /** Tells what is in the way while it is tried again; without an argument, that nothing is any more. */
  hinder(failure?: TrainChainError): void;
  /** Moves on at once, where something else than the step itself finds out. */
  moveTo(state: JobState, facts: JobFacts): void;
  /** Moves on, by running the steps between, until the job stands at `state` or beyond. */
  advanceTo(state: JobState): Promise<void>;
  onTrainerEvent(event: TrainerEvent): void;
  log(line: string): void;
}

/** Where the job stands after a step, and what became known. */
export interface Move {
  to: JobState;
  facts?: JobFacts;
}

export type Step = (context: StepContext) => Promise<Move>;
