import { confirmTransaction, createJob, findCreatedJobId } from "@trainchain/chain";
import { jobTermsOf, TrainChainError } from "@trainchain/protocol";
import type { Hash } from "viem";
import type { SigningPlatform } from "./signing-platform.ts";
import { untilListed } from "./until-listed.ts";

/** A draft that was paid for, and the job that it became. */
export interface OpenedJob {
  jobId: bigint;
  draftId: string;
  transaction: Hash;
  specCid: string;
}

type OnSent = (transaction: Hash) => void;

/** Stakes a prepared draft's reward, and waits until its job is listed. */
export async function payForDraft(
  platform: SigningPlatform,
  draftId: string,
  onSent?: OnSent,
): Promise<OpenedJob> {
  const opened = await signDraft(platform, draftId, onSent);
  await untilListed(platform.api, opened);
  return opened;
}

/**
 * Signs createJob and waits until it is mined. The terms are asked for here and now, whatever was shown before: the
 * time to join counts from the signature.
 * @throws TrainChainError `conflict` where the draft was paid for already, `not-ready` where it is not prepared.
 */
export async function signDraft(
  { api, escrow, reader, signer }: SigningPlatform,
  draftId: string,
  onSent?: OnSent,
): Promise<OpenedJob> {
  const draft = await api.getDraft(draftId);
  if (draft.jobId !== null)
    throw new TrainChainError("conflict", `the draft ${draftId} is job ${draft.jobId} already`, {
      fix: "Look at that job; nothing is to be paid again.",
    });
  const terms = jobTermsOf(draft);
  const transaction = await createJob(signer, { escrow, terms, stakeWei: BigInt(draft.stakeWei) });
  onSent?.(transaction);
  const jobId = findCreatedJobId(await confirmTransaction(reader, transaction));
  if (jobId === undefined) throw new TrainChainError("internal", `${transaction} made no job`);
  return { jobId, draftId, transaction, specCid: terms.specCid };
}
