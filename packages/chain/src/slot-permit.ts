import type { Address } from "@trainchain/protocol";
import type { Hex, LocalAccount } from "viem";
import type { SigningDomain } from "./submission-signature.ts";

/** One wallet that may take a slot of one job. */
export interface SlotPermit {
  jobId: bigint;
  contributor: Address;
}

/** EIP-712 typed data of a permit: what a job's requester signs, and what acceptJobWithPermit of the second version checks. */
export function slotPermitTypedData(
  { chainId, escrow }: Omit<SigningDomain, "version">,
  { jobId, contributor }: SlotPermit,
) {
  return {
    domain: { name: "TrainChain", version: "2", chainId, verifyingContract: escrow },
    types: {
      SlotPermit: [
        { name: "jobId", type: "uint256" },
        { name: "contributor", type: "address" },
      ],
    },
    primaryType: "SlotPermit",
    message: { jobId, contributor },
  } as const;
}

/** Signs a permit with the requester's key, held here. */
export function signSlotPermit(
  account: Pick<LocalAccount, "signTypedData">,
  domain: Omit<SigningDomain, "version">,
  permit: SlotPermit,
): Promise<Hex> {
  return account.signTypedData(slotPermitTypedData(domain, permit));
}
