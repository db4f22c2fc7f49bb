import {
  confirmTransaction,
  createJob,
  findCreatedJobId,
  findRecentJob,
  followStake,
  hasUnminedTransaction,
} from "@trainchain/chain";
import { type Address, type DraftView, jobTermsOf, TrainChainError } from "@trainchain/protocol";
import type { Hash } from "viem";
import { getTransaction, getTransactionCount } from "viem/actions";
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

/** What is told of a payment on its way: that it is about to be signed, which waits for the listener, and that it was sent. */
interface PaymentHooks {
  beforeSending?: () => Promise<void>;
  onSent?: OnSent | undefined;
}

/** Stakes a prepared draft's reward as it was shown, and waits until its job is listed. */
export async function payForDraft(
  platform: SigningPlatform,
  shown: DraftView,
  onSent?: OnSent,
): Promise<OpenedJob> {
  const opened = await signDraft(platform, shown, { onSent });
  await untilListed(platform.api, opened);
  return opened;
}

/**
 * Signs createJob for what was shown, and waits until it is mined. The terms are asked for again, because the time to
 * join counts from the signature; nothing else of them may have changed since they were shown.
 * @throws TrainChainError `conflict` where the draft was paid for already or asks for something else than was shown,
 * `not-ready` where it is not prepared, or a transaction of the wallet is not mined yet or was mined meanwhile, such as
 * a stake of the same request by another process.
 */
export async function signDraft(
  { api, escrow, reader, signer }: SigningPlatform,
  shown: DraftView,
  { beforeSending, onSent }: PaymentHooks = {},
): Promise<OpenedJob> {
  const draftId = shown.id;
  const draft = await api.getDraft(draftId);
  if (draft.jobId !== null) throw paidAlready(draftId, draft.jobId);
  const changed = changeOf(shown, draft);
  if (changed)
    throw new TrainChainError("conflict", `the draft ${draftId} has another ${changed} than was shown`, {
      fix: "Look at it again before you sign; nothing was paid.",
    });
  const terms = jobTermsOf(draft);
  const requester = signer.account.address;
  // Asked first: what is mined by then is found below, and what comes later takes this number from us.
  const number = await getTransactionCount(reader, { address: requester, blockTag: "latest" });
  await assertNoStakeOnItsWay({ escrow, reader }, draft, requester);
  // It may be this very stake, of a try that was cut short.
  if (await hasUnminedTransaction(reader, requester))
    throw new TrainChainError("not-ready", "a transaction of this wallet is still on its way", {
      fix: "Wait until it is mined, or replace it in the wallet; then try again. It may be this job's stake.",
    });
  // What was signed a moment ago may be mined and not listed yet.
  const recent = await findRecentJob(reader, { escrow, requester, specCid: terms.specCid });
  if (recent !== undefined) throw paidAlready(draftId, recent);
  await beforeSending?.();
  const transaction = await createJob(signer, { escrow, terms, stakeWei: BigInt(draft.stakeWei) }, number);
  onSent?.(transaction);
  // The wallet numbers it, and may know of more than this node does.
  const sent = await getTransaction(reader, { hash: transaction }).catch(() => undefined);
  // What is sent is sent, whoever is told.
  await api.noteStake(draftId, { transaction, nonce: sent?.nonce ?? number }).catch(() => undefined);
  const jobId = findCreatedJobId(await confirmTransaction(reader, transaction));
  if (jobId === undefined) throw new TrainChainError("internal", `${transaction} made no job`);
  return { jobId, draftId, transaction, specCid: terms.specCid };
}

/** The stake of an earlier try, also of one before the draft was changed, may be mined whatever this node knows of it. */
async function assertNoStakeOnItsWay(
  { escrow, reader }: Pick<SigningPlatform, "escrow" | "reader">,
  { id, stake }: DraftView,
  requester: Address,
): Promise<void> {
  if (!stake) return;
  if (stake.jobId !== null) throw paidAlready(id, stake.jobId);
  const became = await followStake(reader, { escrow, requester, ...stake });
  if (became === "failed") return;
  if (became !== "on its way") throw paidAlready(id, became.jobId);
  throw new TrainChainError("not-ready", `a stake of this request is on its way, as ${stake.transaction}`, {
    fix: "Wait until that stake is mined. If it never will be, send anything else from the wallet, which takes its place.",
    facts: { transaction: stake.transaction },
  });
}

function paidAlready(draftId: string, jobId: string | bigint): TrainChainError {
  return new TrainChainError("conflict", `the draft ${draftId} is job ${jobId} already`, {
    fix: "Look at that job; nothing is to be paid again.",
    facts: { jobId: jobId.toString() },
  });
}

/** What of the money and the terms is not as it was shown, by its name; the time to join alone moves on. */
function changeOf(shown: DraftView, draft: DraftView): string | undefined {
  const facts = ({ stakeWei, terms }: DraftView): Record<string, unknown> => ({
    ...terms,
    stakeWei,
    acceptBy: 0,
  });
  const [before, now] = [facts(shown), facts(draft)];
  return Object.keys({ ...before, ...now }).find((name) => before[name] !== now[name]);
}
