import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { getGasPriceWei } from "@trainchain/chain";
import { type DraftView, type JobQuote, jobTermsOf, quoteJob, TrainChainError } from "@trainchain/protocol";
import { type OpenedJob, payForDraft } from "@trainchain/requester";
import { inPol } from "./job-options.ts";
import { type Output, printLines, table } from "./output.ts";
import type { WalletPlatform } from "./platform.ts";

/** A draft that was paid for, and the job that it became. */
export interface PaidRound extends OpenedJob {
  quote: JobQuote;
  /** `round 1 of 4: `, or nothing for a job of one round. */
  round: string;
}

/** `round 1 of 4: `, or nothing for a job of one round. */
export function nameOfRound(series: { round: number; rounds: number } | null | undefined): string {
  return series ? `round ${series.round} of ${series.rounds}: ` : "";
}

/** Shows what a prepared draft costs, asks unless told not to, and pays. */
export async function confirmAndPay(
  platform: WalletPlatform,
  draft: DraftView,
  { output, json, yes }: { output: Output; json: boolean; yes: boolean },
): Promise<PaidRound> {
  const quote = await quoteOf(platform, draft);
  if (!json) printLines("stderr", describeQuote(quote, draft));
  if (!yes) await assertConfirmed(quote.totalWei, draft);
  const opened = await payForDraft(platform, draft, (transaction) =>
    output.note(`sent createJob in ${transaction}; waiting for it to be mined and listed`),
  );
  const { series } = draft;
  return { ...opened, quote, round: nameOfRound(series) };
}

/** What the job costs and earns by the escrow's own arithmetic, at the chain's current gas price. */
async function quoteOf({ reader, config }: WalletPlatform, draft: DraftView): Promise<JobQuote> {
  const { minContributors, maxContributors, bondWei, bondBps } = jobTermsOf(draft);
  const gasPriceWei = await getGasPriceWei(reader, config.chainId);
  const rewardWei = BigInt(draft.stakeWei);
  return quoteJob({
    rewardWei,
    feeBps: config.feeBps,
    minContributors,
    maxContributors,
    bondWei,
    burnsBonds: bondBps !== undefined,
    gasPriceWei,
  });
}

function describeQuote(
  { totalWei, feeWei, shareWei, remainderWei, requester, contributor, gas }: JobQuote,
  { series, terms }: DraftView,
): string[] {
  const heldUntil = terms?.bondBps === undefined ? "it delivers" : "the verdict";
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
    [`each contributor deposits until ${heldUntil}`, inPol(contributor.bondWei)],
    ...(terms?.permitOnly ? [["a slot is taken by", "wallets that you permit alone"]] : []),
    ["gas of opening the job, about", inPol(gas.requesterWei ?? 0n)],
  ]);
}

async function assertConfirmed(totalWei: bigint, { id, endsAt }: DraftView): Promise<void> {
  const until = endsAt ? ` until ${endsAt}` : "";
  const refused = new TrainChainError("invalid-input", "nothing was paid", {
    fix: `The draft ${id} is kept${until}; pay for it with: trainchain job pay ${id} --yes`,
  });
  if (!stdin.isTTY) throw refused;
  const terminal = createInterface({ input: stdin, output: process.stderr });
  const answer = await terminal.question(`Stake ${inPol(totalWei)} and open the job? [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw refused;
}
