import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** What a wallet can withdraw from the contracts that were followed, in wei; those that owe it nothing are left out. */
export async function listWithdrawableBalances(
  db: Executor,
  wallet: string,
): Promise<{ escrow: string; amountWei: bigint }[]> {
  const { rows } = await db.execute<{ escrow: string; amount_wei: string }>(sql`
    with movements as (
      select escrow, (args->>'amountWei')::numeric * case name when 'Withdrawn' then -1 else 1 end as amount_wei
      from chain_events
      where name in ('PaymentDeferred','Withdrawn') and args->>'wallet' = ${wallet}
    )
    select escrow, sum(amount_wei) as amount_wei from movements
    group by escrow having sum(amount_wei) <> 0 order by escrow`);
  return rows.map(({ escrow, amount_wei }) => ({ escrow, amountWei: BigInt(amount_wei) }));
}
