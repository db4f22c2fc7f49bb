/** The escrow's cap on the platform fee, in hundredths of a per cent. */
export const maxFeeBps = 1_000;

/** The second version's cap on a bond, in hundredths of a per cent of a share. */
export const maxBondBps = 1_000;

/**
 * Gas of each call as `npm run bench -- gas` measures it, rounded up: no bond, no fee to push, wallets that exist.
 * `complete` is the part that does not depend on the number of contributors.
 */
export const gasOf = {
  create: 110_000n,
  accept: 57_000n,
  /** More for `accept` where it takes a permit (docs/decisions/0009). */
  permit: 13_000n,
  submit: 42_000n,
  complete: 46_000n,
  payContributor: 14_000n,
} as const;

export interface JobQuoteInput {
  /** What the requester stakes. */
  rewardWei: bigint;
  feeBps: number;
  minContributors: number;
  maxContributors: number;
  bondWei: bigint;
  /** Whether forfeited bonds are burned, as on the escrow's second version; else other contributors share them. */
  burnsBonds?: boolean;
  /** Without one, no cost of gas is given. */
  gasPriceWei?: bigint;
}

/** What a job costs and earns, to the wei, as the escrow divides it. */
export interface JobQuote {
  /** Sent with createJob; gas is extra. */
  totalWei: bigint;
  /** The platform's, when the job completes or is settled; none when it expires or is cancelled. */
  feeWei: bigint;
  /** Paid for each accepted delivery. */
  shareWei: bigint;
  /** What the division leaves over, refunded with undelivered shares. */
  remainderWei: bigint;
  requester: {
    /** Every slot delivers: what the requester has spent in the end. */
    mostSpentWei: bigint;
    /** The job completes with the fewest deliveries. */
    leastSpentOnResultWei: bigint;
    /** Nobody delivers: nothing. */
    leastSpentWei: bigint;
  };
  contributor: {
    /** Sent with acceptJob; back on submission, or where bonds are burned with the verdict. */
    bondWei: bigint;
    /** A delivery that is accepted while every other slot of the first round misses its deadline. */
    bestWei: bigint;
    /** A delivery that is accepted while everybody else delivers too. */
    usualWei: bigint;
    /** A missed deadline: the bond is lost. */
    worstWei: bigint;
  };
  gas: {
    requester: bigint;
    contributor: bigint;
    /** What the aggregator pays when it relays all submissions and completes. */
    aggregator: bigint;
    requesterWei?: bigint;
    contributorWei?: bigint;
    aggregatorWei?: bigint;
  };
}

/** What a stake divides into, rounded down as the escrow does: the platform's fee and each slot's share, in wei. */
function divideStake({
  rewardWei,
  feeBps,
  maxContributors,
}: Pick<JobQuoteInput, "rewardWei" | "feeBps" | "maxContributors">): { feeWei: bigint; shareWei: bigint } {
  const feeWei = (rewardWei * BigInt(feeBps)) / 10_000n;
  return { feeWei, shareWei: (rewardWei - feeWei) / BigInt(maxContributors) };
}

/** What so many hundredths of a per cent of a job's share come to, in wei: a bond of the escrow's second version. */
export function bondWeiOf(bondBps: number, stake: Parameters<typeof divideStake>[0]): bigint {
  return (divideStake(stake).shareWei * BigInt(bondBps)) / 10_000n;
}

/** The least hundredths of a per cent of a job's share that come to a bond of so many wei; the cap for a larger one. */
export function bondBpsOf(bondWei: bigint, stake: Parameters<typeof divideStake>[0]): number {
  if (bondWei === 0n) return 0;
  const { shareWei } = divideStake(stake);
  if (bondWei > bondWeiOf(maxBondBps, stake)) return maxBondBps;
  return Number((bondWei * 10_000n + shareWei - 1n) / shareWei);
}

/** A job's money before anything is signed: the escrow's own arithmetic (`_close` in AIModelTraining.sol). */
export function quoteJob({
  rewardWei,
  feeBps,
  minContributors,
  maxContributors,
  bondWei,
  burnsBonds = false,
  gasPriceWei,
}: JobQuoteInput): JobQuote {
  const slots = BigInt(maxContributors);
  const { feeWei, shareWei } = divideStake({ rewardWei, feeBps, maxContributors });
  const remainderWei = rewardWei - feeWei - shareWei * slots;
  const gas = {
    requester: gasOf.create,
    contributor: gasOf.accept,
    aggregator: (gasOf.submit + gasOf.payContributor) * slots + gasOf.complete,
  };
  return {
    totalWei: rewardWei,
    feeWei,
    shareWei,
    remainderWei,
    requester: {
      mostSpentWei: rewardWei - remainderWei,
      leastSpentOnResultWei: feeWei + shareWei * BigInt(minContributors),
      leastSpentWei: 0n,
    },
    contributor: {
      bondWei,
      bestWei: shareWei + (burnsBonds ? 0n : bestBonusWei(bondWei, minContributors, maxContributors)),
      usualWei: shareWei,
      worstWei: -bondWei,
    },
    gas:
      gasPriceWei === undefined
        ? gas
        : {
            ...gas,
            requesterWei: gas.requester * gasPriceWei,
            contributorWei: gas.contributor * gasPriceWei,
            aggregatorWei: gas.aggregator * gasPriceWei,
          },
  };
}

export interface DivisionInput extends JobQuoteInput {
  /** Deliveries that were not rejected. */
  deliveries: number;
  /** Slots that missed their deadline, over the job's whole life. */
  forfeits: number;
  end: "completed" | "settled" | "expired" | "cancelled";
}

/** Who gets what at a job's end; the parts add up to the stake and the forfeited bonds that are not burned. */
export interface Division {
  /** To each contributor that delivered: its share and, unless bonds are burned, its part of the forfeited ones. */
  contributorWei: bigint;
  refundWei: bigint;
  /** To the fee receiver: the fee, and the forfeited bonds that no contributor can be given and nobody burns. */
  feeWei: bigint;
}

/** Divides an ended job's money as the escrow does. */
export function divideJob(input: DivisionInput): Division {
  const { feeWei: fullFeeWei, shareWei } = quoteJob(input);
  const deliveries = BigInt(input.deliveries);
  const forfeitedWei = input.burnsBonds ? 0n : input.bondWei * BigInt(input.forfeits);
  const bonusWei = deliveries === 0n ? 0n : forfeitedWei / deliveries;
  const feeWei = input.end === "completed" || input.end === "settled" ? fullFeeWei : 0n;
  return {
    contributorWei: shareWei + bonusWei,
    refundWei: input.rewardWei - feeWei - shareWei * deliveries,
    feeWei: feeWei + forfeitedWei - bonusWei * deliveries,
  };
}

/** The largest part of forfeited bonds that one round of slots can bring: all that the job can spare fail. */
function bestBonusWei(bondWei: bigint, minContributors: number, maxContributors: number): bigint {
  return (bondWei * BigInt(maxContributors - minContributors)) / BigInt(minContributors);
}

/** What a delivery pays for an hour of training, in wei, where it takes so many seconds. */
export function rewardPerHour(shareWei: bigint, seconds: number): bigint {
  return (shareWei * 3_600n) / BigInt(Math.max(1, Math.ceil(seconds)));
}
