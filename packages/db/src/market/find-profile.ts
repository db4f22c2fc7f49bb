import { eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorProfiles, contributorStats } from "../schema/index.ts";

export interface ProfileRecord {
  gpuTier: string | null;
  gpuMeasured: boolean | null;
  stats: typeof contributorStats.$inferSelect | null;
}

/** What a wallet said of its machine and what the chain says of its work; either may be absent. */
export async function findProfile(db: Executor, wallet: string): Promise<ProfileRecord> {
  const [profile] = await db
    .select({
      gpuTier: contributorProfiles.gpuTier,
      gpuMeasured: contributorProfiles.gpuMeasured,
      stats: contributorStats,
    })
    .from(sql`(select ${wallet}::text as wallet) as caller`)
    .leftJoin(contributorProfiles, sql`${contributorProfiles.wallet} = caller.wallet`)
    .leftJoin(contributorStats, eq(contributorStats.contributor, sql`caller.wallet`));
  return profile ?? { gpuTier: null, gpuMeasured: null, stats: null };
}
