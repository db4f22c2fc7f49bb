import { TrainChainError } from "./errors.ts";
import type { Address } from "./primitives.ts";

/** What an adapter's or result's key is bound to on chain. */
export interface SealedJob {
  chainId: number;
  /** The escrow contract. */
  contract: Address;
  jobId: bigint;
}

/*
 * A sealing context names one sealed thing. Its key is derived from this string alone, so two things never share a
 * key and "decrypts under (chain, contract, job, slot, contributor)" is a property of the key itself.
 */

/** One shard of a draft; `index` counts from 0 in slot order. */
export function shardContext({ draftId, index }: { draftId: string; index: number }): string {
  return context("shard", id(draftId), count(index));
}

export function holdoutContext({ draftId }: { draftId: string }): string {
  return context("holdout", id(draftId));
}

/** The adapter that one contributor delivers for one slot. */
export function adapterContext(job: SealedJob & { slot: number; contributor: Address }): string {
  return context("adapter", ...jobParts(job), count(job.slot), address(job.contributor));
}

/** What one contributor's training passed through at one boundary; counted from 0. */
export function boundaryContext(
  job: SealedJob & { slot: number; contributor: Address; boundary: number },
): string {
  return context(
    "boundary",
    ...jobParts(job),
    count(job.slot),
    address(job.contributor),
    count(job.boundary),
  );
}

/** What the notices to one address of a wallet's are signed with. */
export function webhookContext({ webhookId }: { webhookId: string }): string {
  return context("webhook", id(webhookId));
}

/** What the platform shows push services that it is the one who may send (VAPID). */
export function pushContext(): string {
  return context("push");
}

/** The result bundle of a job. */
export function resultContext(job: SealedJob): string {
  return context("result", ...jobParts(job));
}

/** What a job's result is to the next round: the adapter that its contributors start from. */
export function roundStartContext(job: SealedJob): string {
  return context("round-start", ...jobParts(job));
}

/** A round's mean, as the next round's momentum is taken from it. */
export function roundMeanContext(job: SealedJob): string {
  return context("round-mean", ...jobParts(job));
}

function jobParts({ chainId, contract, jobId }: SealedJob): string[] {
  return [count(chainId), address(contract), count(jobId)];
}

function context(...parts: string[]): string {
  return ["trainchain/1", ...parts].join("/");
}

/** Ids hold no slash, so no two lists of parts join to one string. */
function id(value: string): string {
  return matching(/^[A-Za-z0-9_-]{1,64}$/, value);
}

function count(value: number | bigint): string {
  return matching(/^(0|[1-9][0-9]{0,77})$/, value.toString());
}

function address(value: string): string {
  return matching(/^0x[0-9a-f]{40}$/, value.toLowerCase());
}

function matching(pattern: RegExp, value: string): string {
  if (pattern.test(value)) return value;
  throw new TrainChainError("internal", `"${value}" cannot be part of a sealing context`, {
    facts: { value, pattern: pattern.source },
  });
}
