import { StarIcon } from "./icons.tsx";

/** The average of a contributor's stars with how many requesters it is of; `null` before the first. */
export function Rating({ rating }: { rating: { average: number; count: number } | null }) {
  if (!rating) return <span className="text-muted">none yet</span>;
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap tabular-nums">
      <span className="text-warning-text">
        <StarIcon />
      </span>
      {rating.average.toFixed(1)}
      <span className="sr-only"> of 5 stars, from </span>
      <span className="text-muted">
        <span aria-hidden="true">(</span>
        {rating.count}
        <span aria-hidden="true">)</span>
        <span className="sr-only"> requesters</span>
      </span>
    </span>
  );
}
