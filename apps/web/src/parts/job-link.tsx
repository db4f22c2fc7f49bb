import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { configQuery } from "../api/open-queries.ts";

/**
 * A job's number, as a link to its page. Each contract numbers its jobs by itself: one of a contract where the platform
 * stood before, or of its predecessor, has no page here, and is told apart.
 */
export function JobLink({ jobId, escrow }: { jobId: string; escrow: string }) {
  const { data: config } = useQuery(configQuery);
  if (config && escrow !== config.escrow)
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
