import { setTimeout as pause } from "node:timers/promises";
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
  /** The same; undefined while the node has never answered, for which it waits two seconds at most. */
  find(): Promise<EscrowFacts | undefined>;
}

const mostPatienceMs = 2_000;

/** Reads an escrow's facts from its chain, once; whoever asks meanwhile waits for the same answer. */
export function createEscrowSource(chain: PublicClient, escrow: `0x${string}`): EscrowSource {
  let known: EscrowFacts | undefined;
  let asked: Promise<EscrowFacts> | undefined;
  async function ask(): Promise<EscrowFacts> {
    const [version, feeBps] = await Promise.all([
      findEscrowVersion(chain, escrow),
      readFeeBps(chain, escrow),
    ]);
    known = { version, feeBps };
    return known;
  }
  async function get(): Promise<EscrowFacts> {
    if (known) return known;
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  }
  async function find(): Promise<EscrowFacts | undefined> {
    if (known) return known;
    const enough = new AbortController();
    const patience = pause(mostPatienceMs, undefined, { signal: enough.signal });
    try {
      return await Promise.race([get(), patience]).catch(() => undefined);
    } finally {
      enough.abort();
      await patience.catch(() => undefined);
    }
  }
  return { get, find };
}
