import { join } from "node:path";
import type { Address } from "@trainchain/protocol";
import { openEscrow } from "../escrow/chain.ts";
import { openDelegateKey } from "../escrow/delegate-key.ts";
import { pinEscrow } from "../escrow/pinned-escrow.ts";
import { openSlotPermits } from "../escrow/slot-permits.ts";
import { openApi, signInWith } from "../platform/api.ts";
import type { AgentOptions } from "./agent.ts";
import { askPlatform } from "./known-platform.ts";

export type Connected = Awaited<ReturnType<typeof connect>>;

/**
 * What an agent speaks to and signs with: the platform's API as its wallet, the escrow that the platform names and is
 * held to, and the key that signs its submissions. `signal` ends every request under way.
 */
export async function connect(options: AgentOptions, signal: AbortSignal) {
  const { dataDir, wallet } = options;
  const apiUrl = options.apiUrl.replace(/\/+$/, "");
  const address = wallet.address.toLowerCase() as Address;
  const config = await askPlatform(dataDir, apiUrl, signal);
  await pinEscrow(dataDir, config, options.escrow);
  const api = await openApi({
    apiUrl,
    wallet: address,
    sessionFile: join(dataDir, "session.json"),
    signIn: wallet.type === "local" ? signInWith(wallet, apiUrl, signal) : wallet.signIn,
    signal,
  });
  const escrow = await openEscrow({
    rpcUrl: options.rpcUrl ?? config.rpcUrl,
    chainId: config.chainId,
    chainName: config.chainName,
    escrow: config.escrow as Address,
    contributor: address,
    account: wallet.type === "local" ? wallet : undefined,
  });
  const delegate = await openDelegateKey(dataDir, options.passphrase);
  const permits = openSlotPermits(dataDir, { ...escrow, wallet: address });
  const { relaysAcceptances } = config;
  return { api, apiUrl, escrow, permits, relaysAcceptances, wallet: { address }, delegate };
}
