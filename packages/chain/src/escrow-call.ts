import type { Address } from "@trainchain/protocol";
import type { Account, Chain, Client, Hash, Hex, Transport } from "viem";
import { estimateGas, sendTransaction } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import { estimateFees } from "./fees.ts";
import { gasWithPushes } from "./gas-of-pushes.ts";

/** What a call to the escrow is, before somebody signs and sends it. */
export interface EscrowCall {
  to: Address;
  data: Hex;
  /** Wei sent with it: a stake, a bond, or 0. */
  value: bigint;
  /** Of a call that pays others: what `gasWithPushes` asks for. */
  pays?: { functionName: string; contributors: number };
}

/** A viem client that can sign: a wallet's, or one made with a local account. */
export type SigningClient = Client<Transport, Chain, Account>;

/** A viem client that can read. */
export type ReadingClient = Client<Transport, Chain | undefined>;

/**
 * Signs and sends one call; resolves with its transaction hash, before it is mined.
 * @throws TrainChainError with the contract's refusal in words when the call would revert.
 */
export async function sendCall(
  client: SigningClient,
  { pays, ...call }: EscrowCall,
  nonce?: number,
): Promise<Hash> {
  try {
    // Named, because neither a browser's wallet nor a node that fills the call in need know the network's lowest tip.
    const fees = await estimateFees(client, client.chain.id);
    const gas = pays && (await gasOf(client, call, pays));
    return await sendTransaction(client, {
      ...{ account: client.account, chain: client.chain },
      ...{ ...call, ...fees, gas },
      // A browser's wallet numbers by itself.
      ...(nonce !== undefined && client.account.type === "local" ? { nonce } : {}),
    });
  } catch (error) {
    throw toChainError(error);
  }
}

async function gasOf(
  client: SigningClient,
  call: Omit<EscrowCall, "pays">,
  { functionName, contributors }: NonNullable<EscrowCall["pays"]>,
): Promise<bigint> {
  return gasWithPushes(
    await estimateGas(client, { account: client.account, ...call }),
    functionName,
    contributors,
  );
}
