import { gpuTiers } from "@trainchain/protocol";
import { and, desc, eq, ilike, inArray, type SQL, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorProfiles, contributorStats } from "../schema/index.ts";
import { contributorColumns } from "./contributor-columns.ts";

const ranks = {
  standing: sql<number>`${contributorStats.standing}`,
  jobsCompleted: sql<number>`${contributorStats.jobsCompleted}::float8`,
  completionRate: sql<number>`${contributorStats.jobsCompleted}::float8 / greatest(${contributorStats.jobsEnded}, 1)`,
  memberSince: sql<number>`-extract(epoch from ${contributorStats.memberSince} at time zone 'UTC')::float8`,
};

export type ContributorRank = keyof typeof ranks;

interface Wanted {
  sort: ContributorRank;
  /** Part of an address or of a GPU tier. */
  search?: string | undefined;
  after: { rank: number; contributor: string } | undefined;
  limit: number;
}

/** Everybody who ever accepted a job, best first by `sort` (for memberSince: longest first), after the given one. */
export async function listContributors(db: Executor, { sort, search, after, limit }: Wanted) {
  const rank = ranks[sort];
  const isAfter =
    after &&
    sql`(${rank} <= ${after.rank}::float8 and (${rank} < ${after.rank}::float8 or ${contributorStats.contributor} > ${after.contributor}))`;
  /** A page of those that fulfil one condition, each with an index of its own: an "or" of two tables has none. */
  const pageOf = (condition: SQL) => sql`(
    select ${contributorStats.contributor} from ${contributorStats}
    left join ${contributorProfiles} on ${contributorProfiles.wallet} = ${contributorStats.contributor}
    where ${and(condition, isAfter)}
    order by ${rank} desc, ${contributorStats.contributor} limit ${limit})`;
  const pages = search === undefined ? [] : conditionsOf(search).map(pageOf);
  if (search !== undefined && pages.length === 0) return [];
  return db
    .select({ ...contributorColumns, rank: rank.as("rank") })
    .from(contributorStats)
    .leftJoin(contributorProfiles, eq(contributorProfiles.wallet, contributorStats.contributor))
    .where(
      pages.length > 0 ? sql`${contributorStats.contributor} in (${sql.join(pages, sql` union `)})` : isAfter,
    )
    .orderBy(desc(rank), contributorStats.contributor)
    .limit(limit);
}

export type ContributorRecord = Awaited<ReturnType<typeof listContributors>>[number];

/** Where this text can be part of an address, and of which tiers' names: nothing else is looked through. */
function conditionsOf(search: string): SQL[] {
  const tiers = gpuTiers.filter((tier) => tier.toLowerCase().includes(search.toLowerCase()));
  return [
    ...(/^(0?x)?[0-9a-f]*$/i.test(search) ? [ilike(contributorStats.contributor, `%${search}%`)] : []),
    ...(tiers.length > 0 ? [inArray(contributorProfiles.gpuTier, tiers)] : []),
  ];
}
