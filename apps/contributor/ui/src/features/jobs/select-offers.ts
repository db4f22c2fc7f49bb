import type { JobKind, JobOffer } from "@trainchain/protocol";
import { modelName } from "../../shell/format.ts";

type OfferSort = "reward" | "deadline" | "rows" | "newest";

export interface OfferFilter {
  search: string;
  kind: JobKind | "all";
  onlyTakeable: boolean;
  sort: OfferSort;
}

const orders: Record<OfferSort, (a: JobOffer, b: JobOffer) => number> = {
  reward: (a, b) => compare(BigInt(b.job.shareWei), BigInt(a.job.shareWei)),
  deadline: (a, b) => compare(a.job.terms.acceptBy ?? "9", b.job.terms.acceptBy ?? "9"),
  rows: (a, b) => rowsOf(a) - rowsOf(b),
  newest: (a, b) => compare(b.job.createdAt, a.job.createdAt),
};

/** The offers that fit, in the wanted order. */
export function selectOffers(offers: readonly JobOffer[], filter: OfferFilter): JobOffer[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return offers
    .filter(({ job }) => filter.kind === "all" || job.kind === filter.kind)
    .filter(({ obstacle }) => !filter.onlyTakeable || obstacle === null)
    .filter((offer) => words.every((word) => searchedText(offer).includes(word)))
    .sort(orders[filter.sort]);
}

/** Rows or images of the largest part, which is the most that one slot can get. */
export function rowsOf({ job }: JobOffer): number {
  return job.spec ? Math.max(...job.spec.shardRows) : 0;
}

function searchedText({ job }: JobOffer): string {
  return [job.jobId, modelName(job.spec?.model.id), job.spec?.description, job.requester]
    .join(" ")
    .toLowerCase();
}

function compare<Value extends bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
