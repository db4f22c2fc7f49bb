import type { Address } from "@trainchain/protocol";
import type { Patience } from "../jobs/step-context.ts";

/** What one launch of the contributor app works with. */
export interface AppOptions {
  version: string;
  /** What starts the app again as it was started now, without a window. */
  command: readonly string[];
  apiUrl: string;
  rpcUrl: string | undefined;
  /** The only contract to work with; that which the platform named first where undefined. */
  escrow: Address | undefined;
  /** Settings, and one folder for each wallet that signed in here. */
  dataDir: string;
  envDir: string;
  trainerDir: string;
  /** Folders of base models on this machine that no hub has. */
  modelDirs?: readonly string[];
  /** Where uv is, or is kept once fetched. */
  uvCacheDir: string | undefined;
  patience: Patience;
  benchmarkSeconds: number;
  /** Protects the delegate key where given; else a random secret in a file of its own does. */
  passphrase: string | undefined;
}
