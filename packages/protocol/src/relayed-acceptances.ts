import { z } from "zod";
import { TrainChainError } from "./errors.ts";
import { addressSchema, signatureSchema } from "./primitives.ts";

/** How long a signed acceptance counts at most, in seconds, where the platform is to relay it. */
export const longestAcceptanceSeconds = 3_600;

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

/** Gas that acceptances relayed in a day may be given: for one wallet, in one job, and by the platform. */
export interface AcceptanceBudget {
  gasPerWallet: bigint;
  gasPerJob: bigint;
  gasPerDay: bigint;
}

/** Where a wallet stands that would have an acceptance relayed. */
export interface AcceptanceStanding {
  /** Gas of the acceptances relayed in the last day: for this wallet, in this job, and all together. */
  ofWallet: bigint;
  ofJob: bigint;
  inAll: bigint;
  /** Whether the wallet was ever paid for a delivery. */
  wasPaid: boolean;
  /** Whether it has a slot of another open job, or one is on its way. */
  hasAnother: boolean;
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
      { fix: `Deliver there first, or: ${ownWay}.` },
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
