import { z } from "zod";
import { TrainChainError } from "./errors.ts";
import { addressSchema, signatureSchema } from "./primitives.ts";

/** How long a signed acceptance counts at most, in seconds, where the platform is to relay it. */
export const longestAcceptanceSeconds = 3_600;

/** How long it counts at least when it is asked for, in seconds, so that it is still good when it is sent. */
export const leastAcceptanceSeconds = 60;

/** Body of POST /jobs/{jobId}/accept: what the signed-in wallet signed (EIP-712) to take a slot without sending anything. */
export const acceptJobSchema = z.object({
  /** Key that may submit for the wallet; the zero address for none. */
  delegate: addressSchema,
  /** Unix seconds from which on the signature counts no more. */
  signedUntil: z
    .number()
    .int()
    .min(0)
    .max(2 ** 40),
  signature: signatureSchema,
  /** The requester's permit, where the job asks for one. */
  permit: signatureSchema.optional(),
});
export type AcceptJob = z.infer<typeof acceptJobSchema>;

/**
 * Gas that a relayed acceptance is given at most: 66,000 as measured, a fifth to spare, and room for the permit of a
 * requester that is a contract.
 */
export const mostAcceptanceGas = 160_000n;

/** Most gas that a transaction of each move of one slot is given which the platform makes once the slot is taken. */
export const slotMoveGas = {
  submitAdapterBySig: 200_000n,
  rejectAdapter: 200_000n,
  enforceRejection: 400_000n,
  releaseSlot: 200_000n,
} as const;

/**
 * Most gas that a slot can still cost the platform, by where it stands: a release, or a relayed submission and its
 * refusal, which takes effect by a call of its own where the job has a referee.
 */
export function gasAfterAcceptance(
  hasReferee: boolean,
): Record<"accepted" | "submitted" | "contested", bigint> {
  const contested = hasReferee ? slotMoveGas.enforceRejection : 0n;
  const submitted = slotMoveGas.rejectAdapter + contested;
  const delivers = slotMoveGas.submitAdapterBySig + submitted;
  const { releaseSlot } = slotMoveGas;
  return { accepted: delivers > releaseSlot ? delivers : releaseSlot, submitted, contested };
}

/** Most gas that a relayed acceptance can come to, with all that follows from it. */
export function mostSeatGas(hasReferee: boolean): bigint {
  return mostAcceptanceGas + gasAfterAcceptance(hasReferee).accepted;
}

/** What a try that was refused counts for in its wallet's budget, though it costs no gas: by default four of them use up a day's. */
export const refusedAcceptanceGas = 200_000n;

/** Gas that relayed acceptances and all that follows from them may be given in a day: for one wallet, in one job, and by the platform. */
export interface AcceptanceBudget {
  gasPerWallet: bigint;
  gasPerJob: bigint;
  gasPerDay: bigint;
}

/** Where a wallet stands that would have an acceptance relayed. */
export interface AcceptanceStanding {
  /**
   * Gas of the last day's relayed acceptances and of what followed from such, and what the slots that were taken so may
   * still cost: for this wallet, with what refused ones count for; in this job; and all together.
   */
  ofWallet: bigint;
  ofJob: bigint;
  inAll: bigint;
  /** Whether the wallet was ever paid for a delivery. */
  wasPaid: boolean;
  /** Whether it has a slot of another open job, or one is on its way. */
  hasAnother: boolean;
  /** Whether the job that it asks for names a referee, so that a refusal takes one call more. */
  hasReferee: boolean;
}

/** What became of the acceptances asked for of late, as far as it keeps a wallet from asking again. */
export interface AcceptanceTries {
  /** How many wait to be sent, whosever they are. */
  waiting: number;
  /** Whether one of this wallet waits, or one of this very job is on its way. */
  isUnderWay: boolean;
  /** Whether one of this wallet was refused in the last minutes. */
  wasRefused: boolean;
}

/** How long a wallet that was refused is not asked for again, in seconds. */
export const secondsAfterRefusal = 120;

/** What was used up in a day comes back bit by bit: how long to wait before looking again, in seconds. */
const secondsUntilRoom = 3_600;

/** How many acceptances may wait at a time. */
const mostWaiting = 20;

/**
 * Throws unless a wallet may ask for an acceptance now: one at a time, not at once after one that was refused, and
 * while few wait.
 * @throws TrainChainError `too-many-requests`
 */
export function assertAcceptanceMayBeAsked({ waiting, isUnderWay, wasRefused }: AcceptanceTries): void {
  const [why, retryAfterSeconds] = isUnderWay
    ? ["an acceptance of this wallet is on its way already", 15]
    : wasRefused
      ? ["an acceptance of this wallet was refused a moment ago", secondsAfterRefusal]
      : waiting >= mostWaiting
        ? [`${waiting} acceptances wait to be sent`, 60]
        : [];
  if (!why) return;
  throw new TrainChainError("too-many-requests", why, {
    fix: "Ask again in some minutes.",
    facts: { retryAfterSeconds },
  });
}

/**
 * Throws unless the platform pays for a wallet's acceptance: within the budgets, and one at a time for wallets that
 * were never paid, since anybody can make a thousand of them.
 * @throws TrainChainError `too-many-requests`
 */
export function assertAcceptanceAffordable(
  { ofWallet, ofJob, inAll, wasPaid, hasAnother, hasReferee }: AcceptanceStanding,
  { gasPerWallet, gasPerJob, gasPerDay }: AcceptanceBudget,
): void {
  const ownWay = "Send acceptJob from your own wallet";
  if (hasAnother && !wasPaid)
    throw new TrainChainError(
      "too-many-requests",
      "for a wallet that was never paid one slot at a time is taken at the platform's cost, and this one has another",
      {
        fix: `Wait until that job has ended. Or: ${ownWay}.`,
        facts: { retryAfterSeconds: secondsUntilRoom },
      },
    );
  const budgets = [
    ["this wallet", ofWallet, gasPerWallet],
    ["this job", ofJob, gasPerJob],
    ["everybody", inAll, gasPerDay],
  ] as const;
  const full = budgets.find(([, spent, budget]) => spent + mostSeatGas(hasReferee) > budget);
  if (!full) return;
  throw new TrainChainError(
    "too-many-requests",
    `the acceptances that the platform pays for in a day are used up for ${full[0]}`,
    { fix: `${ownWay}, or ask again later.`, facts: { retryAfterSeconds: secondsUntilRoom } },
  );
}
