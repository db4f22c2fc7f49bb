import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Sums the deferred payments and withdrawals of these wallets anew; a wallet that is owed nothing has no row. */
export async function refreshWithdrawableBalances(db: Executor, wallets: readonly string[]): Promise<void> {
  if (wallets.length === 0) return;
  const wanted = sql`(select value from jsonb_array_elements_text(${JSON.stringify(wallets)}::jsonb))`;
  await db.execute(sql`delete from withdrawable_balances where wallet in ${wanted}`);
  await db.execute(sql`
    insert into withdrawable_balances (wallet, amount_wei)
    select wallet, sum(amount_wei)
    from (
      select
        args->>'wallet' as wallet,
        (args->>'amountWei')::numeric * case name when 'Withdrawn' then -1 else 1 end as amount_wei
      from chain_events
      where name in ('PaymentDeferred', 'Withdrawn') and args->>'wallet' in ${wanted}
    ) as movements
    group by wallet
    having sum(amount_wei) <> 0`);
}
