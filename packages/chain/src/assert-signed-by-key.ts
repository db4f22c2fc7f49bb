import { type Address, TrainChainError } from "@trainchain/protocol";
import { type Hex, isAddressEqual, recoverTypedDataAddress, zeroAddress } from "viem";
import { getCode } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { type SigningDomain, type Submission, submissionTypedData } from "./submission-signature.ts";

/** Where a submission counts, and what is said to sign it. */
export interface SignedSubmission extends SigningDomain {
  /** The slot's; the zero address for none. */
  delegate: Address;
  signature: Hex;
}

/**
 * Throws unless a submission is signed by the key of its slot's wallet or delegate, so that the escrow asks no code
 * for it: then whoever sends it to the escrow knows what it costs.
 */
export async function assertSignedByKey(
  client: ReadingClient,
  signed: SignedSubmission,
  submission: Submission,
): Promise<void> {
  const signer = await findSubmissionSigner(client, signed, submission);
  if (signer === "key") return;
  const { jobId, contributor } = submission;
  if (signer === "nobody")
    throw new TrainChainError(
      "signature-invalid",
      `the submission to job ${jobId} is signed neither by the slot's wallet ${contributor} nor by its delegate`,
      {
        fix: "Sign Submission(jobId, contributor, adapterCid) for this escrow and chain with one of these keys.",
      },
    );
  throw new TrainChainError(
    "signature-invalid",
    `a contract would have to vouch for the submission to job ${jobId}, and such are not relayed`,
    {
      fix: "Send submitAdapter from your own wallet, or name a key as the slot's delegate (setDelegate) and sign with it.",
    },
  );
}

/**
 * Who vouches for a submission when the escrow is asked (the delegate first): a key whose account has no code, or code,
 * which then spends the caller's gas (EIP-1271), as it likes on the first version. An account has code too while a key
 * points it at some (EIP-7702). `nobody` where the escrow would refuse the signature without asking any code. An
 * address that has no code yet may have some when the call is mined: only a gas limit bounds that.
 */
async function findSubmissionSigner(
  client: ReadingClient,
  { delegate, signature, ...domain }: SignedSubmission,
  submission: Submission,
): Promise<"key" | "code" | "nobody"> {
  const recovered = await recoverTypedDataAddress({
    ...submissionTypedData(domain, submission),
    signature,
  }).catch(() => undefined);
  for (const signer of [delegate, submission.contributor]) {
    if (signer === zeroAddress) continue;
    const code = await getCode(client, { address: signer }).catch((error: unknown) => {
      throw toChainError(error);
    });
    if (code !== undefined) return "code";
    if (recovered && isAddressEqual(recovered, signer)) return "key";
  }
  return "nobody";
}
