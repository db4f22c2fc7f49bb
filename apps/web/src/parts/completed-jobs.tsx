import type { ContributorProfileView } from "@trainchain/protocol";
import { formatCompletionRate, Stat } from "@trainchain/ui";

/** How many of a contributor's jobs came to a payment. */
export function CompletedJobs({
  of: { jobsAccepted, jobsCompleted, completionRate },
}: {
  of: Pick<ContributorProfileView, "jobsAccepted" | "jobsCompleted" | "completionRate">;
}) {
  return (
    <>
      <Stat label="Jobs completed" value={jobsCompleted} note={`of ${jobsAccepted} accepted`} />
      <Stat
        label="Completion rate"
        value={formatCompletionRate(completionRate)}
        note="of the jobs that have ended"
      />
    </>
  );
}
