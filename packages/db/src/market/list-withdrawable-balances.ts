import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { withdrawableBalances } from "../schema/index.ts";

/** What a wallet can withdraw from the contracts that were followed, in wei; those that owe it nothing are left out. */
export async function listWithdrawableBalances(
  db: Executor,
  wallet: string,
): Promise<{ escrow: string; amountWei: bigint }[]> {
  return db
    .select({ escrow: withdrawableBalances.escrow, amountWei: withdrawableBalances.amountWei })
    .from(withdrawableBalances)
    .where(eq(withdrawableBalances.wallet, wallet))
    .orderBy(withdrawableBalances.escrow);
}
