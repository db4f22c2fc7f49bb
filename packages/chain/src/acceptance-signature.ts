import type { Address } from "@trainchain/protocol";
import type { Hex } from "viem";
import { signTypedData } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { SigningClient } from "./escrow-call.ts";
import type { SigningDomain } from "./submission-signature.ts";

/** A slot that a wallet takes by its signature, for another to send. */
export interface Acceptance {
  jobId: bigint;
  contributor: Address;
  /** Key that may submit for the contributor; the zero address for none. */
  delegate: Address;
  /** Unix seconds from which on the signature counts no more. */
  signedUntil: number;
}

/** EIP-712 typed data of an acceptance: what a contributor signs, and what acceptJobBySig of the second version checks. */
export function acceptanceTypedData(
  { chainId, escrow }: Omit<SigningDomain, "version">,
  { jobId, contributor, delegate, signedUntil }: Acceptance,
) {
  return {
    domain: { name: "TrainChain", version: "2", chainId, verifyingContract: escrow },
    types: {
      Acceptance: [
        { name: "jobId", type: "uint256" },
        { name: "contributor", type: "address" },
        { name: "delegate", type: "address" },
        { name: "signedUntil", type: "uint256" },
      ],
    },
    primaryType: "Acceptance",
    message: { jobId, contributor, delegate, signedUntil: BigInt(signedUntil) },
  } as const;
}

/**
 * Signs for a slot as the client's account; sends nothing.
 * @throws TrainChainError `forbidden` where a person declines it in the wallet
 */
export async function signAcceptance(
  client: SigningClient,
  { escrow, ...acceptance }: Acceptance & { escrow: Address },
): Promise<Hex> {
  const typed = acceptanceTypedData({ chainId: client.chain.id, escrow }, acceptance);
  return signTypedData(client, { account: client.account, ...typed }).catch((error: unknown) => {
    throw toChainError(error);
  });
}
