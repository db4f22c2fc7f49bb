import type { Connection, Database } from "@trainchain/db";
import type { Address, BaseModel } from "@trainchain/protocol";
import type { Evaluator } from "@trainchain/python-env";
import type { KeyRing, Storage } from "@trainchain/storage";
import type { Logger } from "pino";
import type { PublicClient } from "viem";
import type { Mailer } from "./notices/mailer.ts";

/** What the tasks work with. */
export interface WorkerDeps {
  db: Database;
  /** For session locks. */
  connection: Connection;
  storage: Storage;
  keys: KeyRing;
  client: PublicClient;
  chainId: number;
  escrow: Address;
  /** The wallet that our jobs name as their aggregator. */
  aggregator: Address;
  dataDir: string;
  /** Where what is unsealed lies while it is worked on. */
  tempDir: string;
  /** The catalogue: the base models that jobs may name. */
  models: readonly BaseModel[];
  maxAdapterBytes: number;
  /** Parts that the trainings of new jobs are cut into; 0 where none is done again. */
  replaySegments: number;
  /** Blocks on top of one before it counts. */
  confirmations: number;
  /** Whether notices are sent over http, and to addresses that are not public. */
  allowPrivateWebhooks: boolean;
  /** What push services may write to about the platform: `mailto:` or `https:`. */
  pushSubject: string;
  /** Undefined where no e-mail is sent. */
  mail: { mailer: Mailer; apiUrl: string; siteUrl: string } | undefined;
  /** Undefined where nothing can be evaluated: results are then merged and not measured. */
  evaluator: Evaluator | undefined;
  log: Logger;
}
