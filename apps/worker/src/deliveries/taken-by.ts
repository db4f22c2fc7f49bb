import type { JobForWork } from "@trainchain/db/work";
import { type Address, isTaken } from "@trainchain/protocol";

/** The wallets whose slots the escrow counts as taken. */
export function takenBy(slots: JobForWork["slots"]): Address[] {
  return slots.filter(isTaken).map(({ contributor }) => contributor as Address);
}
