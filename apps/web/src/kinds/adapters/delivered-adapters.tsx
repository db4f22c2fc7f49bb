import { truncateAddress } from "@trainchain/protocol";
import { apiUrl } from "../../api/api-url.ts";

/** What each contributor delivered, for the requester: the merge can be made again from these. */
export function DeliveredAdapters({
  jobId,
  contributors,
}: {
  jobId: string;
  contributors: readonly { contributor: string; slot: number }[];
}) {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <span className="text-muted">Each contributor's own adapter:</span>
      {contributors.map(({ contributor, slot }) => (
        <a
          key={slot}
          href={`${apiUrl}/jobs/${jobId}/adapters/${slot}`}
          download
          className="font-mono text-xs leading-5 text-accent-text underline underline-offset-4"
        >
          {contributor.includes("…") ? contributor : truncateAddress(contributor)}
        </a>
      ))}
    </p>
  );
}
