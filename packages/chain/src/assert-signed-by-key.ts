import { type Address, TrainChainError } from "@trainchain/protocol";
import { type Hex, isAddressEqual, recoverTypedDataAddress, zeroAddress } from "viem";
import { getCode } from "viem/actions";
import { type Acceptance, acceptanceTypedData } from "./acceptance-signature.ts";
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
  const { delegate, signature, ...domain } = signed;
  const { jobId, contributor } = submission;
  const typed = { ...submissionTypedData(domain, submission), signature };
  const recovered = await recoverTypedDataAddress(typed).catch(() => undefined);
  const signer = await findSigner(client, recovered, [delegate, contributor]);
  if (signer === "key") return;
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
 * Throws unless an acceptance is signed by the key of its wallet, so that the escrow asks no code for it. `domain` is
 * of an escrow of the second version.
 */
export async function assertAcceptedByKey(
  client: ReadingClient,
  { signature, ...domain }: Omit<SigningDomain, "version"> & { signature: Hex },
  acceptance: Acceptance,
): Promise<void> {
  const { jobId, contributor } = acceptance;
  const typed = { ...acceptanceTypedData(domain, acceptance), signature };
  const recovered = await recoverTypedDataAddress(typed).catch(() => undefined);
  const signer = await findSigner(client, recovered, [contributor]);
  if (signer === "key") return;
  if (signer === "nobody")
    throw new TrainChainError(
      "signature-invalid",
      `the acceptance of job ${jobId} is not signed by ${contributor}`,
      {
        fix: "Sign Acceptance(jobId, contributor, delegate, signedUntil) for this escrow and chain with that wallet.",
      },
    );
  throw new TrainChainError(
    "signature-invalid",
    `a contract would have to vouch for the acceptance of job ${jobId}, and such are not relayed`,
    { fix: "Send acceptJob from your own wallet." },
  );
}

/**
 * Who vouches for something signed when the escrow asks these in their order: a key whose account has no code, or code,
 * which then spends the caller's gas (EIP-1271), as it likes on the first version. An account has code too while a key
 * points it at some (EIP-7702). `nobody` where the escrow would refuse the signature without asking any code. An
 * address that has no code yet may have some when the call is mined: only a gas limit bounds that.
 */
async function findSigner(
  client: ReadingClient,
  recovered: Address | undefined,
  signers: readonly Address[],
): Promise<"key" | "code" | "nobody"> {
  for (const signer of signers) {
    if (signer === zeroAddress) continue;
    const code = await getCode(client, { address: signer }).catch((error: unknown) => {
      throw toChainError(error);
    });
    if (code !== undefined) return "code";
    if (recovered && isAddressEqual(recovered, signer)) return "key";
  }
  return "nobody";
}
