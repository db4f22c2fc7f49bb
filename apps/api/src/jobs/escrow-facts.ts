import { findEscrowVersion, readFeeBps } from "@trainchain/chain";
import type { EscrowVersion } from "@trainchain/protocol";
import type { PublicClient } from "viem";

/** What is fixed when an escrow is deployed. */
export interface EscrowFacts {
  version: EscrowVersion;
  /** Hundredths of a per cent of every stake. */
  feeBps: number;
}

export interface EscrowSource {
  /** @throws TrainChainError while the node has never answered */
  get(): Promise<EscrowFacts>;
  /** The same; undefined while the node has never answered. */
  find(): Promise<EscrowFacts | undefined>;
}

/** Reads an escrow's facts from its chain, once. */
export function createEscrowSource(chain: PublicClient, escrow: `0x${string}`): EscrowSource {
  let known: EscrowFacts | undefined;
  async function get(): Promise<EscrowFacts> {
    if (known) return known;
    const [version, feeBps] = await Promise.all([
      findEscrowVersion(chain, escrow),
      readFeeBps(chain, escrow),
    ]);
    known = { version, feeBps };
    return known;
  }
  return { get, find: () => get().catch(() => undefined) };
}
