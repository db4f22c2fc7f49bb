import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { configQuery } from "../api/open-queries.ts";

/** Whether a job is of another contract than the platform's, which numbers its jobs by itself. */
export function useIsElsewhere(escrow: string): boolean {
  const { data: config } = useQuery(configQuery);
  return config !== undefined && escrow !== config.escrow;
}

/**
 * A job's number, as a link to its page. One of a contract where the platform stood before, or of its predecessor, has
 * no page here, and is told apart.
 */
export function JobLink({ jobId, escrow }: { jobId: string; escrow: string }) {
  if (useIsElsewhere(escrow))
    return (
      <span title={escrow}>
        Job {jobId} <span className="text-muted">of an earlier contract</span>
      </span>
    );
  return (
    <Link to="/job/$jobId" params={{ jobId }} className="font-medium underline underline-offset-4">
      Job {jobId}
    </Link>
  );
}
