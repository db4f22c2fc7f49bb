import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { withdrawableBalances } from "../schema/index.ts";

/** What a wallet can withdraw from the escrow, in wei. */
export async function findWithdrawableBalance(db: Executor, wallet: string): Promise<bigint> {
  const [balance] = await db
    .select({ amountWei: withdrawableBalances.amountWei })
    .from(withdrawableBalances)
    .where(eq(withdrawableBalances.wallet, wallet));
  return balance?.amountWei ?? 0n;
}
