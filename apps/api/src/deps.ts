import type { Connection } from "@trainchain/db";
import type { AcceptanceBudget, BaseModel, UploadPurpose } from "@trainchain/protocol";
import type { KeyRing, Storage } from "@trainchain/storage";
import type { Logger } from "pino";
import type { PublicClient } from "viem";
import type { RateLimits } from "./http/rate-limit.ts";
import type { ConnectionLimits } from "./http/serve-app.ts";
import type { EscrowSource } from "./jobs/escrow-facts.ts";
import type { JobFeed } from "./jobs/job-feed.ts";
import type { StreamLimits } from "./jobs/stream-slots.ts";
import type { ApiMetrics } from "./monitoring/api-metrics.ts";
import type { PriceSource } from "./price/price-source.ts";
import type { SiteFiles } from "./site/site-files.ts";
import type { Tokenizers } from "./tokenizers/tokenizers.ts";
import type { UploadStore } from "./uploads/upload-store.ts";

/** What this platform is, as handlers need to know it. */
export interface Platform {
  chainId: number;
  chainName: string;
  rpcUrl: string;
  explorerUrl: string | null;
  escrow: `0x${string}`;
  aggregator: `0x${string}`;
  /** Who hears appeals against refusals of new jobs, on an escrow of the second version. */
  referee: `0x${string}` | undefined;
  publicUrl: string;
  contactEmail: string | null;
  sourceUrl: string | null;
  fundingUrl: string | null;
  /** What each delivery of a job has to be paid at least; 0 for no bound. */
  leastShareWei: bigint;
  webOrigins: readonly string[];
  trustProxy: boolean;
  /** How long drafts and uploads are kept that no money stands for. */
  unpaidMs: number;
  /** Whether submissions are relayed for which a contract vouches (EIP-1271). */
  relayContractSigners: boolean;
  /** What acceptances may cost that are sent for wallets without coin; undefined where none is. */
  acceptances: AcceptanceBudget | undefined;
  /** Whether notices are sent over http, and to addresses that are not public. */
  allowPrivateWebhooks: boolean;
  models: readonly BaseModel[];
}

export interface Limits {
  uploadBytes: number;
  adapterBytes: number;
  /** Uploads, and their bytes, that a wallet may have here and no money stands for; a network may have `perNetwork` times as much. */
  quota: { uploads: number; bytes: number; perNetwork: number };
  /** Bytes of the disk that stay free of datasets, and the fewer of them that adapters may not need either. */
  minFreeBytes: Record<UploadPurpose, number>;
  uploadExpiryMs: number;
  bodyBytes: number;
  requestTimeoutMs: number;
  connections: ConnectionLimits;
  nonceMs: number;
  sessionMs: number;
  streams: StreamLimits;
  streamMs: number;
  keepAliveMs: number;
  rates: RateLimits;
}

/** Everything that handlers use; built once by main.ts or a test. */
export interface Deps {
  platform: Platform;
  limits: Limits;
  connection: Connection;
  chain: PublicClient;
  /** Of the platform's escrow. */
  escrowFacts: EscrowSource;
  storage: Storage;
  keyRing: KeyRing;
  uploads: UploadStore;
  tokenizers: Tokenizers;
  price: PriceSource;
  feed: JobFeed;
  /** The built site; empty where this process serves none. */
  site: SiteFiles;
  metrics: ApiMetrics;
  logger: Logger;
}
