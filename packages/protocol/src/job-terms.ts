import { TrainChainError } from "./errors.ts";
import { type Address, nobody } from "./primitives.ts";
import { bondBpsOf, bondWeiOf } from "./rewards.ts";
import type { DraftView } from "./views/draft-view.ts";

/** The escrow's versions, as its EIP-712 domain names them. */
export const escrowVersions = ["1", "2"] as const;
export type EscrowVersion = (typeof escrowVersions)[number];

/** What is deployed where nobody asks for another; an escrow that stands keeps its own. */
export const defaultEscrowVersion: EscrowVersion = "2";

/** What only the escrow's second version knows of a job: its terms name all three, the first version's none. */
export interface SecondTerms {
  /** What a contributor deposits, in hundredths of a per cent of a share. */
  bondBps: number;
  /** Who decides appeals against refusals; the zero address for nobody. */
  referee: Address;
  /** Whether a slot is taken only with the requester's permit. */
  permitOnly: boolean;
}

/** What a requester fixes at creation; the limits are the contract's (termLimits of the chain package). */
export interface JobTerms extends Partial<SecondTerms> {
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
  /** What a contributor deposits; on the second version what bondBps of a share comes to. */
  bondWei: bigint;
  aggregator: Address;
  specCid: string;
}

/**
 * Terms as an escrow of a version takes them. The second says a bond as a part of a share: the least that comes to what
 * is asked for, a tenth at most. Anybody may take a slot, and nobody hears appeals, unless the terms say else.
 */
export function termsFor(
  version: EscrowVersion,
  terms: JobTerms,
  { stakeWei, feeBps }: { stakeWei: bigint; feeBps: number },
): JobTerms {
  if (version === "1") return terms;
  const { maxContributors, referee = nobody, permitOnly = false } = terms;
  const stake = { rewardWei: stakeWei, feeBps, maxContributors };
  const bondBps = bondBpsOf(terms.bondWei, stake);
  return { ...terms, referee, permitOnly, bondBps, bondWei: bondWeiOf(bondBps, stake) };
}

/**
 * A prepared draft's terms as createJob takes them.
 * @throws TrainChainError `not-ready` while the draft has none.
 */
export function jobTermsOf({ id, terms }: Pick<DraftView, "id" | "terms">): JobTerms {
  if (!terms)
    throw new TrainChainError("not-ready", `the draft ${id} has no terms yet`, { fix: "Try again." });
  const { aggregator, referee, bondWei } = terms;
  return {
    ...terms,
    aggregator: aggregator as Address,
    referee: referee as Address | undefined,
    bondWei: BigInt(bondWei),
  };
}
