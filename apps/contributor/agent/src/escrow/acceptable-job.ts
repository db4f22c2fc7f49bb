import {
  type AgentJobFacts,
  abilities,
  freeSlots,
  isEndingEarly,
  type JobView,
  latestPayment,
  leastReviewSeconds,
} from "@trainchain/protocol";
import type { Hex } from "viem";
import { whyBondTooLarge } from "./money-limits.ts";

/** Why a slot of this job cannot be taken now, as a sentence; undefined where it can. */
export function whyNotAcceptable(
  job: JobView,
  permit: Hex | undefined,
  now = Date.now(),
): string | undefined {
  if (job.status !== "open") return `The job is ${job.status}.`;
  const unknown = job.asks.find((one) => !(abilities as readonly string[]).includes(one));
  if (unknown) return `It asks for "${unknown}", which this version cannot do: update TrainChain.`;
  if (!job.spec || !job.needs) return "This platform prepared no data for the job.";
  if (job.terms.acceptBy && Date.parse(job.terms.acceptBy) <= now)
    return "The job takes no more contributors.";
  // No request may ask for less, but a wallet can sign it.
  if (job.terms.reviewPeriodSeconds < leastReviewSeconds)
    return "It leaves less than an hour to verify work and to hand over what that takes.";
  if (job.terms.permitOnly && permit === undefined)
    return "Its requester says which wallets may take a slot, and has given this one no permit.";
  if (isEndingEarly(job)) return "Its requester ends the job with what is delivered.";
  if (job.series?.yourShardIsTaken)
    return "The part of the data that this wallet worked on before is with another contributor in this round.";
  if (freeSlots(job) === 0) return "All slots of the job are taken.";
  return undefined;
}

/** Why a job's bond is more than its taker allows, as a sentence; undefined where it is not. */
export function whyBondRefused({ terms, shareWei }: JobView, mostBondPercent: number): string | undefined {
  return whyBondTooLarge({ bondWei: BigInt(terms.bondWei), shareWei: BigInt(shareWei) }, mostBondPercent);
}

/** What a job pays, at what risk, and by when. */
export function moneyOf({ shareWei, terms }: JobView): AgentJobFacts {
  const paidBy = latestPayment(terms);
  return {
    ...{ shareWei, bondWei: terms.bondWei },
    ...(paidBy ? { paidBy: Math.floor(paidBy.getTime() / 1_000) } : {}),
  };
}
