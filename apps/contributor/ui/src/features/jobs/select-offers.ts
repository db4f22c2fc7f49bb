import { type JobKind, type JobOffer, rewardPerHour } from "@trainchain/protocol";
import { modelName } from "../../shell/format.ts";

type OfferSort = "hour" | "reward" | "deadline" | "rows" | "newest";

export interface OfferFilter {
  search: string;
  kind: JobKind | "all";
  onlyTakeable: boolean;
  sort: OfferSort;
}

/** What nobody can say comes last. */
const unknown = -1n;

const orders: Record<OfferSort, (a: JobOffer, b: JobOffer) => number> = {
  hour: (a, b) => compare(perHourOf(b) ?? unknown, perHourOf(a) ?? unknown) || orders.reward(a, b),
  reward: (a, b) => compare(BigInt(b.job.shareWei), BigInt(a.job.shareWei)),
  deadline: (a, b) => compare(a.job.terms.acceptBy ?? "9", b.job.terms.acceptBy ?? "9"),
  rows: (a, b) => rowsOf(a) - rowsOf(b),
  newest: (a, b) => compare(b.job.createdAt, a.job.createdAt),
};

/** The offers that fit, in the wanted order; those that cannot be taken come last. */
export function selectOffers(offers: readonly JobOffer[], filter: OfferFilter): JobOffer[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return offers
    .filter(({ job }) => filter.kind === "all" || job.kind === filter.kind)
    .filter((offer) => !filter.onlyTakeable || canTake(offer))
    .filter((offer) => words.every((word) => searchedText(offer).includes(word)))
    .sort((a, b) => Number(canTake(b)) - Number(canTake(a)) || orders[filter.sort](a, b));
}

/** Whether nothing is known to be in the way, of the wallet or of the machine. */
export function canTake({ obstacle, fit }: JobOffer): boolean {
  return obstacle === null && (fit === null || fit.lacks.length === 0);
}

/** What training here would pay an hour at the least, in wei; undefined where its time is not known. */
export function perHourOf({ job, fit }: JobOffer): bigint | undefined {
  if (fit === null || fit.estimatedSeconds === null) return undefined;
  return rewardPerHour(BigInt(job.shareWei), fit.estimatedSeconds);
}

/** Rows or images of the largest part, which is the most that one slot can get. */
export function rowsOf({ job }: JobOffer): number {
  return job.spec ? Math.max(...job.spec.shardRows) : 0;
}

function searchedText({ job }: JobOffer): string {
  const { jobId, spec, requester } = job;
  return [jobId, spec?.title, modelName(spec?.model.id), spec?.description, requester]
    .join(" ")
    .toLowerCase();
}

function compare<Value extends bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
