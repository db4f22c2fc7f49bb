import type { Address, EscrowVersion } from "@trainchain/protocol";
import type { Hex, LocalAccount } from "viem";

export interface Submission {
  jobId: bigint;
  /** The slot's wallet, whoever signs. */
  contributor: Address;
  adapterCid: string;
}

/** Where a signature counts: an escrow of a version on a chain (findEscrowVersion). */
export interface SigningDomain {
  chainId: number;
  escrow: Address;
  version: EscrowVersion;
}

/** EIP-712 typed data of a submission: what a contributor or its delegate signs, and what submitAdapterBySig checks. */
export function submissionTypedData(
  { chainId, escrow, version }: SigningDomain,
  { jobId, contributor, adapterCid }: Submission,
) {
  return {
    domain: { name: "TrainChain", version, chainId, verifyingContract: escrow },
    types: {
      Submission: [
        { name: "jobId", type: "uint256" },
        { name: "contributor", type: "address" },
        { name: "adapterCid", type: "string" },
      ],
    },
    primaryType: "Submission",
    message: { jobId, contributor, adapterCid },
  } as const;
}

/** Signs a submission with a key held here: a contributor's, or its delegate's. */
export function signSubmission(
  account: Pick<LocalAccount, "signTypedData">,
  domain: SigningDomain,
  submission: Submission,
): Promise<Hex> {
  return account.signTypedData(submissionTypedData(domain, submission));
}
