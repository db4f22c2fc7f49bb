import { Link } from "@tanstack/react-router";
import { buttonClasses } from "@trainchain/ui";

/** Leads to the form, filled in as this job of one's own was requested. */
export function RunAgainLink({ jobId }: { jobId: string }) {
  return (
    <Link to="/requester" search={{ again: jobId }} className={buttonClasses("secondary", "small")}>
      Run again
    </Link>
  );
}
