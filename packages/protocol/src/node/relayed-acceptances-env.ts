import { z } from "zod";
import { TrainChainError } from "../errors.ts";
import { type AcceptanceBudget, mostSeatGas } from "../relayed-acceptances.ts";

const gas = (fallback: string) =>
  z
    .string()
    .regex(/^\d{1,30}$/, "expected a whole number")
    .default(fallback)
    .transform(BigInt);

/** What the operator lets acceptances cost that it sends for wallets without coin. */
export const relayedAcceptancesEnvSchema = z.object({
  RELAY_ACCEPTANCES: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .describe(
      "Take slots of jobs without a bond for wallets that sign and hold no coin, at the platform's cost; on an escrow of the second version",
    ),
  RELAY_ACCEPTANCE_GAS_PER_DAY: gas("6000000").describe(
    "Gas of all acceptances that are relayed in a day, and of all that follows from them; while a slot may still cost something, 400,000 are kept for it, 800,000 where the job has a referee",
  ),
  RELAY_ACCEPTANCE_GAS_PER_JOB: gas("3000000").describe("The same for one job"),
  RELAY_ACCEPTANCE_GAS_PER_WALLET: gas("1200000").describe("The same for one wallet"),
});

/**
 * The budget that these settings name; undefined where no acceptance is relayed.
 *
 * @throws TrainChainError `configuration-invalid` where a setting is too low for a single slot
 */
export function acceptanceBudgetOf(
  env: z.infer<typeof relayedAcceptancesEnvSchema>,
): AcceptanceBudget | undefined {
  if (!env.RELAY_ACCEPTANCES) return undefined;
  const least = mostSeatGas(false);
  const tooLow = budgetNames.filter((name) => env[name] < least);
  if (tooLow.length > 0)
    throw new TrainChainError(
      "configuration-invalid",
      `${tooLow.join(", ")}: no acceptance could ever be relayed with so little gas`,
      {
        fix: `Give each at least ${least}, and ${mostSeatGas(true)} where jobs name referees, or set RELAY_ACCEPTANCES=false.`,
      },
    );
  return {
    gasPerWallet: env.RELAY_ACCEPTANCE_GAS_PER_WALLET,
    gasPerJob: env.RELAY_ACCEPTANCE_GAS_PER_JOB,
    gasPerDay: env.RELAY_ACCEPTANCE_GAS_PER_DAY,
  };
}

const budgetNames = [
  "RELAY_ACCEPTANCE_GAS_PER_DAY",
  "RELAY_ACCEPTANCE_GAS_PER_JOB",
  "RELAY_ACCEPTANCE_GAS_PER_WALLET",
] as const;
