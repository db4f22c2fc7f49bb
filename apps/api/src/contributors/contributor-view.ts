import type { ContributorRecord } from "@trainchain/db/market";
import { type ContributorView, truncateAddress } from "@trainchain/protocol";
import type { Platform } from "../deps.ts";
import { completionRateOf } from "./completion-rate.ts";
import { paidWorkOf } from "./paid-work.ts";

/** A contributor as everybody may see it. */
export function toContributorView(
  { profileId, stats, gpuTier, gpuMeasured, rating }: Omit<ContributorRecord, "rank">,
  { explorerUrl, publicUrl }: Platform,
): ContributorView {
  return {
    profileId,
    wallet: truncateAddress(stats.contributor),
    // By way of the API, so that the list itself tells no full wallet.
    explorerUrl: explorerUrl && `${publicUrl}/jobs/contributor-pool/${profileId}/explorer`,
    jobsCompleted: stats.jobsCompleted,
    ...paidWorkOf(stats),
    completionRate: completionRateOf(stats),
    active: stats.jobsActive > 0,
    gpuTier,
    gpuMeasured: gpuMeasured ?? false,
    memberSince: stats.memberSince.toISOString(),
    rating,
  };
}
