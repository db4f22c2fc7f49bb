import type { ApiClient } from "@trainchain/api-client";
import { freeSlots, type JobOffer, type JobView, type MachineFit } from "@trainchain/protocol";
import { formatEther, type Hex } from "viem";
import { whyBondRefused, whyNotAcceptable } from "../escrow/acceptable-job.ts";
import type { SlotPermits } from "../escrow/slot-permits.ts";

/** Gas of acceptJob as measured (docs/decisions/0001), rounded up. */
const acceptGas = 60_000n;
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
  fitOf(job: JobView): Promise<MachineFit | null>;
}

/** Open jobs, each with its obstacle, its costs and how its requester has treated others. */
export async function listOffers(api: ApiClient, context: OfferContext): Promise<JobOffer[]> {
  const { fitOf, permits } = context;
  const known = await latestJobs(api);
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
        gasWei: gasWeiOf(context).toString(),
        fit: await fitOf(job),
        requesterHistory: historyOf(byRequester.get(job.requester) ?? []),
      };
    });
  return Promise.all(offers);
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
function whyTooPoor({ terms }: JobView, context: OfferContext): string | null {
  const { balanceWei, fundingUrl } = context;
  const neededWei = BigInt(terms.bondWei) + gasWeiOf(context);
  if (balanceWei >= neededWei) return null;
  const lacking = `Your wallet has ${formatEther(balanceWei)} POL; taking a slot needs about ${formatEther(neededWei)} POL for gas and bond.`;
  return fundingUrl ? `${lacking} More comes from ${fundingUrl}` : lacking;
}

function gasWeiOf({ gasPriceWei }: OfferContext): bigint {
  return acceptGas * gasPriceWei;
}

function historyOf(jobs: JobView[]): JobOffer["requesterHistory"] {
  const count = (...statuses: string[]) => jobs.filter(({ status }) => statuses.includes(status)).length;
  return {
    jobs: jobs.length,
    paidOut: count("completed", "settled"),
    cancelled: count("cancelled"),
    expired: count("expired"),
  };
}

async function latestJobs(api: ApiClient): Promise<JobView[]> {
  const jobs: JobView[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const { items, nextCursor } = await api.listJobs({ limit: pageSize, cursor });
    jobs.push(...items);
    if (!nextCursor) break;
    cursor = nextCursor;
  }
  return jobs;
}
