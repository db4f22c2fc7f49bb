import { TrainChainError } from "./errors.ts";
import type { Address } from "./primitives.ts";
import type { DraftView } from "./views/draft-view.ts";

/** What a requester fixes at creation; the limits are the contract's (termLimits of the chain package). */
export interface JobTerms {
  /** 0 = LLM fine-tuning, 1 = image classification. */
  kind: number;
  minContributors: number;
  maxContributors: number;
  /** Unix seconds from which on no slot can be taken. */
  acceptBy: number;
  /** Seconds from a slot's acceptance to its deadline. */
  trainingPeriod: number;
  /** Seconds of the aggregator's silence after which anybody may settle. */
  reviewPeriod: number;
  bondWei: bigint;
  aggregator: Address;
  specCid: string;
}

/**
 * A prepared draft's terms as createJob takes them.
 * @throws TrainChainError `not-ready` while the draft has none.
 */
export function jobTermsOf({ id, terms }: Pick<DraftView, "id" | "terms">): JobTerms {
  if (!terms)
    throw new TrainChainError("not-ready", `the draft ${id} has no terms yet`, { fix: "Try again." });
  return { ...terms, aggregator: terms.aggregator as Address, bondWei: BigInt(terms.bondWei) };
}
