import type { ApiClient } from "@trainchain/api-client";
import { freeSlots, gasOf, type JobOffer, type JobView, type MachineFit } from "@trainchain/protocol";
import { formatEther, type Hex } from "viem";
import { whyBondRefused, whyNotAcceptable } from "../escrow/acceptable-job.ts";
import type { SlotPermits } from "../escrow/slot-permits.ts";
import { requesterHistoryOf } from "./requester-history.ts";

const pageSize = 100;
const pages = 5;

export interface OfferContext {
  wallet: string;
  gasPriceWei: bigint;
  /** What the wallet has. */
  balanceWei: bigint;
  /** Where it gets more; null where the platform names no place. */
  fundingUrl: string | null;
  mostBondPercent: number;
  permits: SlotPermits;
  /** Where the platform takes slots for this wallet, which has too little coin: until when what it signs is to count. */
  relayedUntil: number | null;
  fitOf(job: JobView): Promise<MachineFit | null>;
}

/**
 * Open jobs, each with its obstacle, its costs and how its requester has treated others; and how many of the latest jobs
 * are of kinds that this version does not know.
 */
export async function listOffers(
  api: ApiClient,
  context: OfferContext,
): Promise<{ items: JobOffer[]; unknown: number }> {
  const { fitOf, permits } = context;
  const { jobs: known, unknown } = await latestJobs(api);
  const byRequester = Map.groupBy(known, ({ requester }) => requester);
  const offers = known
    .filter(({ status }) => status === "open")
    .map(async (job) => {
      const permit = job.terms.permitOnly ? await permits.find(job.jobId) : undefined;
      return {
        job,
        freeSlots: freeSlots(job),
        obstacle: obstacleFor(job, permit, context) ?? whyTooPoor(job, context),
        permit: permit ?? null,
        gasWei: gasWeiOf(job, context).toString(),
        relayedUntil: isRelayed(job, context) ? context.relayedUntil : null,
        fit: await fitOf(job),
        requesterHistory: requesterHistoryOf(byRequester.get(job.requester) ?? []),
      };
    });
  return { items: await Promise.all(offers), unknown };
}

function obstacleFor(
  job: JobView,
  permit: Hex | undefined,
  { wallet, mostBondPercent }: OfferContext,
): string | null {
  if (job.requester === wallet) return "This is your own job: its requester cannot take a slot.";
  const own = job.slots.find(({ yours }) => yours);
  if (own) return "This wallet has had a slot of this job already.";
  const bond = whyBondRefused(job, mostBondPercent);
  return whyNotAcceptable(job, permit) ?? (bond ? `${bond} You can allow more in the settings.` : null);
}

/** What the wallet lacks to take a slot, and where that comes from; null where it has enough. */
function whyTooPoor({ terms }: Pick<JobView, "terms">, context: OfferContext): string | null {
  if (isRelayed({ terms }, context)) return null;
  const { balanceWei, fundingUrl } = context;
  const neededWei = BigInt(terms.bondWei) + gasWeiOf({ terms }, context);
  if (balanceWei >= neededWei) return null;
  const lacking = `Your wallet has ${formatEther(balanceWei)} POL; taking a slot needs about ${formatEther(neededWei)} POL for gas and bond.`;
  return fundingUrl ? `${lacking} More comes from ${fundingUrl}` : lacking;
}

/** Whether the platform takes the slot: a bond it cannot lock for another. */
function isRelayed({ terms }: Pick<JobView, "terms">, { relayedUntil }: OfferContext): boolean {
  return relayedUntil !== null && terms.bondWei === "0";
}

function gasWeiOf({ terms }: Pick<JobView, "terms">, { gasPriceWei }: OfferContext): bigint {
  return (gasOf.accept + (terms.permitOnly ? gasOf.permit : 0n)) * gasPriceWei;
}

async function latestJobs(api: ApiClient): Promise<{ jobs: JobView[]; unknown: number }> {
  const jobs: JobView[] = [];
  let unknown = 0;
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const found = await api.listJobs({ limit: pageSize, cursor });
    jobs.push(...found.items);
    unknown += found.unknown;
    if (!found.nextCursor) break;
    cursor = found.nextCursor;
  }
  return { jobs, unknown };
}
