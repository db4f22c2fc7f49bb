import { sql } from "drizzle-orm";
import { contributorRatings, contributorStats, jobs } from "../schema/index.ts";

/** Average and number of the stars of the contributor whose stats are selected, from the platform's own jobs; null before the first rating. */
export const ratingOf = sql<{ average: number; count: number } | null>`(
  select case when count(*) > 0
    then json_build_object('average', round(avg(${contributorRatings.stars}), 2)::float8, 'count', count(*))
  end
  from ${contributorRatings}
  join ${jobs} on ${jobs.escrow} = ${contributorRatings.escrow} and ${jobs.jobId} = ${contributorRatings.jobId} and ${jobs.own}
  where ${contributorRatings.contributor} = ${contributorStats.contributor}
)`;
