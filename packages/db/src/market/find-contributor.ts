import { eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { contributorProfiles, contributorStats } from "../schema/index.ts";
import { contributorColumns } from "./contributor-columns.ts";
import { profileId } from "./profile-id.ts";

/** The contributor with this public id, if there is one. */
export async function findContributor(db: Executor, id: string) {
  const [found] = await db
    .select(contributorColumns)
    .from(contributorStats)
    .leftJoin(contributorProfiles, eq(contributorProfiles.wallet, contributorStats.contributor))
    .where(sql`${profileId} = ${id}`);
  return found;
}
