import { TrainChainError } from "@trainchain/protocol";
import type { ClientNetworks } from "../http/client-address.ts";

export interface StreamLimits {
  total: number;
  perWallet: number;
  /** For each address or IPv6 network; a site of many networks may have four times as many. */
  perNetwork: number;
}

interface Held {
  keys: string[];
  /** Who is compared with whom when no place is left. */
  party: string;
  end: () => void;
}

const networksPerSite = 4;

/**
 * Counts open streams: in all, for each wallet and for each network. When no place is left, whoever holds the most
 * gives its oldest up to a newcomer that would still hold fewer: many wallets of one place cannot shut others out.
 */
export function createStreamSlots({ total, perWallet, perNetwork }: StreamLimits) {
  const open = new Set<Held>();
  const counts = new Map<string, number>();
  const countOf = (key: string) => counts.get(key) ?? 0;
  const add = (key: string, change: number) => {
    const left = countOf(key) + change;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };

  function leave(held: Held): void {
    if (!open.delete(held)) return;
    for (const key of held.keys) add(key, -1);
  }

  /** Ends the oldest stream of the party that holds the most, if that is more than the newcomer will hold. */
  function makeRoom(party: string): boolean {
    let greatest: Held | undefined;
    for (const held of open) if (!greatest || countOf(held.party) > countOf(greatest.party)) greatest = held;
    if (!greatest || countOf(greatest.party) <= countOf(party) + 1) return false;
    leave(greatest);
    greatest.end();
    return true;
  }

  return {
    /** Takes a place; the returned function gives it back. `end` is called where it is given to somebody else. */
    take({ wallet, network, site }: ClientNetworks & { wallet?: string | undefined }, end: () => void) {
      const limits: [key: string, most: number][] = [[`network/${network}`, perNetwork]];
      if (wallet) limits.push([`wallet/${wallet}`, perWallet]);
      if (site) limits.push([`site/${site}`, networksPerSite * perNetwork]);
      const party = site ? `site/${site}` : `network/${network}`;
      if (limits.some(([key, most]) => countOf(key) >= most) || (open.size >= total && !makeRoom(party)))
        throw tooMany();
      const held: Held = { keys: limits.map(([key]) => key), party, end };
      open.add(held);
      for (const key of held.keys) add(key, 1);
      return () => leave(held);
    },
  };
}

function tooMany(): TrainChainError {
  return new TrainChainError("too-many-requests", "too many event streams are open", {
    fix: "Close one, or ask GET /jobs/{jobId} from time to time instead.",
    facts: { retryAfterSeconds: 30 },
  });
}
