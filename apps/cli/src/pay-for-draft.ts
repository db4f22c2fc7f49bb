import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { createJob, findCreatedJobId, getGasPriceWei, type JobTerms } from "@trainchain/chain";
import {
  type DraftView,
  escrowTermsSchema,
  type JobQuote,
  quoteJob,
  TrainChainError,
} from "@trainchain/protocol";
import { formatEther, type Hash } from "viem";
import { type Output, printLines, table } from "./output.ts";
import { confirm, type WalletPlatform } from "./platform.ts";
import { untilListed } from "./until-listed.ts";

/** A draft that was paid for, and the job that it became. */
export interface OpenedJob {
  jobId: bigint;
  draftId: string;
  transaction: Hash;
  specCid: string;
  quote: JobQuote;
  /** `round 1 of 4: `, or nothing for a job of one round. */
  round: string;
}

/** Shows what a prepared draft costs, asks unless told not to, signs createJob and waits until the job is listed. */
export async function payForDraft(
  platform: WalletPlatform,
  draft: DraftView,
  { output, json, yes }: { output: Output; json: boolean; yes: boolean },
): Promise<OpenedJob> {
  const quote = await quoteOf(platform, draft);
  if (!json) printLines("stderr", describeQuote(quote, draft));
  if (!yes) await assertConfirmed(quote.totalWei, draft);
  const terms = jobTermsOf(draft);
  const stakeWei = BigInt(draft.stakeWei);
  const transaction = await createJob(platform.signer, { escrow: platform.escrow, terms, stakeWei });
  output.note(`sent createJob in ${transaction}; waiting for it to be mined and listed`);
  const jobId = findCreatedJobId(await confirm(platform, transaction));
  if (jobId === undefined) throw new TrainChainError("internal", `${transaction} made no job`);
  await untilListed(platform.api, jobId.toString());
  const { series } = draft;
  const round = series ? `round ${series.round} of ${series.rounds}: ` : "";
  return { jobId, draftId: draft.id, transaction, specCid: terms.specCid, quote, round };
}

/** What the job costs and earns by the escrow's own arithmetic, at the chain's current gas price. */
async function quoteOf({ reader, config }: WalletPlatform, draft: DraftView): Promise<JobQuote> {
  const { minContributors, maxContributors, bondWei } = jobTermsOf(draft);
  const gasPriceWei = await getGasPriceWei(reader, config.chainId);
  const rewardWei = BigInt(draft.stakeWei);
  return quoteJob({
    rewardWei,
    feeBps: config.feeBps,
    minContributors,
    maxContributors,
    bondWei,
    gasPriceWei,
  });
}

function describeQuote(
  { totalWei, feeWei, shareWei, remainderWei, requester, contributor, gas }: JobQuote,
  { series }: DraftView,
): string[] {
  const inPol = (wei: bigint) => `${formatEther(wei)} POL`;
  const rounds = series
    ? [
        [`all ${series.rounds} rounds together, if you go on to the last`, inPol(BigInt(series.totalWei))],
        ["what follows is", `round ${series.round} of ${series.rounds} alone`],
      ]
    : [];
  return table([
    ...rounds,
    ["you stake", inPol(totalWei)],
    ["each accepted delivery is paid", inPol(shareWei)],
    ["platform fee, when the job completes", inPol(feeWei)],
    ["indivisible rest, back to you", `${remainderWei} wei`],
    ["you spend, when everybody delivers", inPol(requester.mostSpentWei)],
    ["you spend, with the fewest deliveries", inPol(requester.leastSpentOnResultWei)],
    ["you spend, when nobody delivers", inPol(requester.leastSpentWei)],
    ["each contributor deposits until it delivers", inPol(contributor.bondWei)],
    ["gas of opening the job, about", inPol(gas.requesterWei ?? 0n)],
  ]);
}

function jobTermsOf(draft: DraftView): JobTerms {
  if (!draft.terms)
    throw new TrainChainError("not-ready", `the draft ${draft.id} has no terms yet`, { fix: "Try again." });
  const { aggregator, ...terms } = escrowTermsSchema.parse(draft.terms);
  return { ...terms, aggregator: aggregator as `0x${string}` };
}

async function assertConfirmed(totalWei: bigint, { id, endsAt }: DraftView): Promise<void> {
  const until = endsAt ? ` until ${endsAt}` : "";
  const refused = new TrainChainError("invalid-input", "nothing was paid", {
    fix: `The draft ${id} is kept${until}; run the command again with --yes, or confirm on a terminal.`,
  });
  if (!stdin.isTTY) throw refused;
  const terminal = createInterface({ input: stdin, output: process.stderr });
  const answer = await terminal.question(`Stake ${formatEther(totalWei)} POL and open the job? [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw refused;
}
