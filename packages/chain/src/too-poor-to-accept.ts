import { type Address, gasOf, TrainChainError } from "@trainchain/protocol";
import { getBalance } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { estimateFees } from "./fees.ts";

/** Gas of acceptJob with a permit: what is known here is the wallet, not the job. */
const acceptGas = gasOf.accept + gasOf.permit;

/** Whether a wallet holds too little to take a slot by itself, whose gas is paid at the most that is offered for it now. */
export async function isTooPoorToAccept(
  client: ReadingClient,
  { chainId, wallet }: { chainId: number; wallet: Address },
): Promise<boolean> {
  try {
    const [balanceWei, { maxFeePerGas }] = await Promise.all([
      getBalance(client, { address: wallet }),
      estimateFees(client, chainId),
    ]);
    return balanceWei < acceptGas * maxFeePerGas;
  } catch (error) {
    throw toChainError(error);
  }
}

/**
 * Throws where a wallet can take a slot by itself: a relay pays for those that cannot.
 * @throws TrainChainError `not-ready`, since what it costs changes
 */
export async function assertTooPoorToAccept(
  client: ReadingClient,
  wallet: Parameters<typeof isTooPoorToAccept>[1],
): Promise<void> {
  if (await isTooPoorToAccept(client, wallet)) return;
  throw new TrainChainError("not-ready", "the wallet holds enough to take a slot by itself", {
    fix: "Send acceptJob from your own wallet.",
  });
}
