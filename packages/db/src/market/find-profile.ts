import type { GpuTier } from "@trainchain/protocol";
import { eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorProfiles, contributorStats } from "../schema/index.ts";
import { profileId } from "./profile-id.ts";

export interface ProfileRecord {
  gpuTier: GpuTier | null;
  gpuMeasured: boolean | null;
  /** Null as long as there are no stats. */
  profileId: string | null;
  stats: typeof contributorStats.$inferSelect | null;
}

/** What a wallet said of its machine and what the chain says of its work; either may be absent. */
export async function findProfile(db: Executor, wallet: string): Promise<ProfileRecord> {
  const [profile] = await db
    .select({
      gpuTier: contributorProfiles.gpuTier,
      gpuMeasured: contributorProfiles.gpuMeasured,
      profileId,
      stats: contributorStats,
    })
    .from(sql`(select ${wallet}::text as wallet) as caller`)
    .leftJoin(contributorProfiles, sql`${contributorProfiles.wallet} = caller.wallet`)
    .leftJoin(contributorStats, eq(contributorStats.contributor, sql`caller.wallet`));
  return profile ?? { gpuTier: null, gpuMeasured: null, profileId: null, stats: null };
}
