import type { Executor } from "../connect.ts";
import { contributorRatings } from "../schema/index.ts";

/** Keeps a requester's rating of a contributor's work on a job; false where there is one already. */
export async function rateContributor(
  db: Executor,
  rating: Omit<typeof contributorRatings.$inferInsert, "ratedAt">,
): Promise<boolean> {
  const kept = await db
    .insert(contributorRatings)
    .values(rating)
    .onConflictDoNothing()
    .returning({ stars: contributorRatings.stars });
  return kept.length > 0;
}
