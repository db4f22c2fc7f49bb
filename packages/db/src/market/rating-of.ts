import { sql } from "drizzle-orm";
import { contributorRatings, contributorStats, jobs, slots } from "../schema/index.ts";

/**
 * Stars of the contributor whose stats are selected, from the platform's own jobs: each requester counts with the mean
 * of its ratings, weighed by the square root of what it paid for what it rated; null before the first. Five stars for a
 * job of next to nothing weigh next to nothing, and many of one requester as one.
 */
export const ratingOf = sql<{ average: number; count: number } | null>`(
  select case when count(*) > 0
    then json_build_object('average', round(sum(stars * weight) / sum(weight), 2)::float8, 'count', count(*))
  end
  from (
    select avg(${contributorRatings.stars}) as stars, greatest(sqrt(sum(${slots.paidWei})), 1) as weight
    from ${contributorRatings}
    join ${jobs} on ${jobs.escrow} = ${contributorRatings.escrow} and ${jobs.jobId} = ${contributorRatings.jobId} and ${jobs.own}
    join ${slots} on ${slots.escrow} = ${jobs.escrow} and ${slots.jobId} = ${jobs.jobId} and ${slots.contributor} = ${contributorRatings.contributor}
    where ${contributorRatings.contributor} = ${contributorStats.contributor}
    group by ${jobs.requester}) as by_requester
)`;
