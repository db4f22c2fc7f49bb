import { eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorProfiles, contributorStats } from "../schema/index.ts";
import { profileId } from "./profile-id.ts";
import { ratingOf } from "./rating-of.ts";

/** The contributor with this public id, if there is one. */
export async function findContributor(db: Executor, id: string) {
  const [found] = await db
    .select({
      profileId,
      stats: contributorStats,
      gpuTier: contributorProfiles.gpuTier,
      gpuMeasured: contributorProfiles.gpuMeasured,
      rating: ratingOf,
    })
    .from(contributorStats)
    .leftJoin(contributorProfiles, eq(contributorProfiles.wallet, contributorStats.contributor))
    .where(sql`${profileId} = ${id}`);
  return found;
}
