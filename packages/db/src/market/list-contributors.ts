import { and, desc, eq, ilike, or, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorProfiles, contributorStats } from "../schema/index.ts";
import { profileId } from "./profile-id.ts";
import { ratingOf } from "./rating-of.ts";

const ranks = {
  jobsCompleted: sql<number>`${contributorStats.jobsCompleted}::float8`,
  completionRate: sql<number>`${contributorStats.jobsCompleted}::float8 / greatest(${contributorStats.jobsEnded}, 1)`,
  memberSince: sql<number>`-extract(epoch from ${contributorStats.memberSince} at time zone 'UTC')::float8`,
};

export type ContributorRank = keyof typeof ranks;

/** Everybody who ever accepted a job, best first by `sort` (for memberSince: longest first), after the given one. */
export async function listContributors(
  db: Executor,
  {
    sort,
    search,
    after,
    limit,
  }: {
    sort: ContributorRank;
    /** Part of an address or of a GPU tier. */
    search?: string | undefined;
    after: { rank: number; contributor: string } | undefined;
    limit: number;
  },
) {
  const rank = ranks[sort];
  const pattern = search && `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return db
    .select({
      profileId,
      stats: contributorStats,
      gpuTier: contributorProfiles.gpuTier,
      gpuMeasured: contributorProfiles.gpuMeasured,
      rating: ratingOf,
      rank: rank.as("rank"),
    })
    .from(contributorStats)
    .leftJoin(contributorProfiles, eq(contributorProfiles.wallet, contributorStats.contributor))
    .where(
      and(
        pattern
          ? or(ilike(contributorStats.contributor, pattern), ilike(contributorProfiles.gpuTier, pattern))
          : undefined,
        after &&
          sql`(${rank} <= ${after.rank}::float8 and (${rank} < ${after.rank}::float8 or ${contributorStats.contributor} > ${after.contributor}))`,
      ),
    )
    .orderBy(desc(rank), contributorStats.contributor)
    .limit(limit);
}

export type ContributorRecord = Awaited<ReturnType<typeof listContributors>>[number];
