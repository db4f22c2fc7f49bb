import type { Executor } from "@trainchain/db";
import { findChainTime } from "@trainchain/db/market";

/**
 * Now, as deadlines count: this machine's time, or the newest block's where the chain is ahead of it. (A quiet chain
 * is behind, though its next block will not be.)
 */
export async function chainNow(db: Executor): Promise<Date> {
  const [now, newest] = [new Date(), await findChainTime(db)];
  return newest && newest > now ? newest : now;
}
