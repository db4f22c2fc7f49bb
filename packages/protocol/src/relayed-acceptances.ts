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

/** What a try that was refused counts for in its wallet's budget, though it costs no gas: as much as a slot. */
export const refusedAcceptanceGas = 80_000n;

/** Gas that acceptances relayed in a day may be given: for one wallet, in one job, and by the platform. */
export interface AcceptanceBudget {
  gasPerWallet: bigint;
  gasPerJob: bigint;
  gasPerDay: bigint;
}

/** Where a wallet stands that would have an acceptance relayed. */
export interface AcceptanceStanding {
  /** Gas of the acceptances relayed in the last day: for this wallet, with what refused ones count for; in this job; and all together. */
  ofWallet: bigint;
  ofJob: bigint;
  inAll: bigint;
  /** Whether the wallet was ever paid for a delivery. */
  wasPaid: boolean;
  /** Whether it has a slot of another open job, or one is on its way. */
  hasAnother: boolean;
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

/** How many acceptances may wait at a time. */
const mostWaiting = 20;

/**
 * Throws unless a wallet may ask for an acceptance now: one at a time, not at once after one that was refused, and
 * while few wait.
 * @throws TrainChainError `too-many-requests`
 */
export function assertAcceptanceMayBeAsked({ waiting, isUnderWay, wasRefused }: AcceptanceTries): void {
  const why = isUnderWay
    ? "an acceptance of this wallet is on its way already"
    : wasRefused
      ? "an acceptance of this wallet was refused a moment ago"
      : waiting >= mostWaiting
        ? `${waiting} acceptances wait to be sent`
        : undefined;
  if (why) throw new TrainChainError("too-many-requests", why, { fix: "Ask again in some minutes." });
}

/**
 * Throws unless the platform pays for a wallet's acceptance: within the budgets, and one at a time for wallets that
 * were never paid, since anybody can make a thousand of them.
 * @throws TrainChainError `too-many-requests`
 */
export function assertAcceptanceAffordable(
  { ofWallet, ofJob, inAll, wasPaid, hasAnother }: AcceptanceStanding,
  { gasPerWallet, gasPerJob, gasPerDay }: AcceptanceBudget,
): void {
  const ownWay = "Send acceptJob from your own wallet";
  if (hasAnother && !wasPaid)
    throw new TrainChainError(
      "too-many-requests",
      "for a wallet that was never paid one slot at a time is taken at the platform's cost, and this one has another",
      { fix: `Wait until that job has ended. Or: ${ownWay}.` },
    );
  const budgets = [
    ["this wallet", ofWallet, gasPerWallet],
    ["this job", ofJob, gasPerJob],
    ["everybody", inAll, gasPerDay],
  ] as const;
  const full = budgets.find(([, spent, budget]) => spent + mostAcceptanceGas > budget);
  if (!full) return;
  throw new TrainChainError(
    "too-many-requests",
    `the acceptances that the platform pays for in a day are used up for ${full[0]}`,
    { fix: `${ownWay}, or ask again in a day.` },
  );
}
