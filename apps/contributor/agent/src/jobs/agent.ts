import type { ApiClient } from "@trainchain/api-client";
import type { Address, JobView, PreflightReport } from "@trainchain/protocol";
import type { Hash, Hex, LocalAccount } from "viem";
import type { EscrowAccess } from "../escrow/chain.ts";
import type { SlotPermits } from "../escrow/slot-permits.ts";
import type { TrainerSetup } from "../machine/trainer-setup.ts";
import type { Login } from "../platform/session.ts";
import type { AgentEvent } from "./agent-event.ts";
import type { HistoryEntry } from "./history.ts";
import type { JobFacts, JobRecord } from "./job-record.ts";
import type { Patience } from "./step-context.ts";

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
  readonly permits: SlotPermits;
  /** Whether the platform takes slots for wallets without coin. */
  readonly relaysAcceptances: boolean;
  /** Installs and proves the Python environment; quick and silent when that is done. */
  prepare(): Promise<void>;
  /** Jobs that are open on the platform. */
  /** `unknown` are as many others as are of kinds that this version does not know. */
  listOpenJobs(): Promise<{ items: JobView[]; unknown: number }>;
  /** Every job that this agent had to do with, the latest first. */
  jobs(): JobRecord[];
  moves(jobId: string): HistoryEntry[];
  /** The job's folder, where its trainer's log lies. */
  jobDir(jobId: string): string;
  /**
   * Takes a job on, or goes on with it, and leads it to its end. Resolves with its record there, or where it cannot
   * go on without a person: `facts.problem` then says why. One call a job; a second one joins the first. `byItself` is
   * kept with it: that it was taken by a rule, and not by a person.
   */
  run(jobId: string, taken?: { byItself: true }): Promise<JobRecord>;
  /** Checks the machine against a job; `onStart` is told for how long its speed will be measured. */
  preflight(
    jobId: string,
    options: { measureAgain: boolean; onStart: (benchmarkSeconds: number) => void },
  ): Promise<PreflightReport>;
  /** As `adopt`, once the wallet's acceptance is mined; the record is `missed` where others were faster. */
  take(jobId: string, acceptance: Hash): Promise<JobRecord>;
  /** The same for a slot that the platform is to take, and pays for, by what the wallet signed. */
  takeBySignature(jobId: string, signed: { signedUntil: number; signature: Hex }): Promise<JobRecord>;
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
  /** Whether the machine could take another job now. */
  isFree(): boolean;
  /** Fetches what could not be paid to the wallet directly; resolves with the amount in wei, 0 where nothing waits. */
  withdraw(): Promise<bigint>;
  /** Hears of every event until the function it returns is called. */
  subscribe(listener: (event: AgentEvent) => void): () => void;
  /** Stops; a trainer writes a checkpoint first. Everything goes on at the next start. */
  close(): Promise<void>;
}
