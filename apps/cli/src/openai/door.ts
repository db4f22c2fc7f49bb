import type { WalletPlatform } from "../platform.ts";
import type { Chat } from "./requests.ts";
import type { Runs } from "./runs.ts";
import type { KeptJob } from "./state.ts";
import type { Store } from "./store.ts";

/** What every job is offered with: no script can ask for more. */
export interface JobTerms {
  rewardWei: bigint;
  slots: number;
  deadlines: { acceptWithinSeconds: number; trainingPeriodSeconds: number; reviewPeriodSeconds: number };
  /** What is trained where a script names a model that is not offered here, such as one of OpenAI's. */
  fallbackModel: string | undefined;
}

/** One answer of a finished model. */
export interface Answer {
  text: string;
  tokens: number;
  promptTokens: number;
  /** Whether it was cut off at the most tokens that were asked for. */
  isCutOff: boolean;
}

/** All that the routes need. */
export interface Door {
  platform: WalletPlatform;
  store: Store;
  terms: JobTerms;
  runs: Runs;
  answer: (job: KeptJob, chat: Chat) => Promise<Answer>;
}
