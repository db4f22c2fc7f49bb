import { useQuery } from "@tanstack/react-query";
import { StarIcon } from "@trainchain/ui";
import { Suspense } from "react";
import { ratingsQuery } from "../../api/open-queries.ts";
import { RateContributor } from "./parts-when-signed-in.tsx";

/** What the requester said of a contributor's work; to the requester, as long as it said nothing, the way to say it. */
export function SlotRating({ jobId, slot, mayRate }: { jobId: string; slot: number; mayRate: boolean }) {
  const { data: ratings, isError } = useQuery(ratingsQuery(jobId));
  // As high as what comes, so that nothing below it moves.
  if (!ratings) return <span className="text-muted">{isError ? "–" : "…"}</span>;
  const given = ratings.find((rating) => rating.slot === slot);
  if (given) {
    return (
      <span className="grid gap-0.5">
        <span className="inline-flex items-center gap-1.5 tabular-nums">
          <span className="text-warning-text">
            <StarIcon />
          </span>
          {given.stars} of 5
        </span>
        {given.text && <span className="max-w-prose whitespace-normal text-muted">{given.text}</span>}
      </span>
    );
  }
  if (!mayRate) return <span className="text-muted">none yet</span>;
  return (
    <Suspense>
      <RateContributor jobId={jobId} slot={slot} />
    </Suspense>
  );
}
