import { Link } from "@tanstack/react-router";
import { freeSlots, type JobView, kindWords } from "@trainchain/protocol";
import { Amount, Badge, Card, formatCount, RelativeTime } from "@trainchain/ui";
import type { ReactNode } from "react";
import { mayJoin } from "../../parts/describe-job-state.ts";
import { useIsElsewhere } from "../../parts/job-link.tsx";
import { titleOf } from "../../parts/job-title.ts";

/** An open job as a contributor weighs it: what it is, what it pays, how much work, until when. */
export function OpenJobCard({ job }: { job: JobView }) {
  const { spec, terms } = job;
  const free = mayJoin(job) ? freeSlots(job) : 0;
  const facts: [string, ReactNode][] = [
    ["You are paid", <Amount key="paid" wei={job.shareWei} decimals={6} withWorth />],
    ["Free slots", `${free} of ${terms.maxContributors}`],
    [kindWords[job.kind].share, rowsOf(job)],
    ["Joining ends", terms.acceptBy ? <RelativeTime key="ends" at={terms.acceptBy} /> : "–"],
  ];
  return (
    <Card className="grid content-start gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h2 className="font-semibold break-words">
          {useIsElsewhere(job.escrow) ? (
            `Job ${job.jobId} of an earlier contract: ${titleOf(job)}`
          ) : (
            <Link
              to="/job/$jobId"
              params={{ jobId: job.jobId }}
              className="underline-offset-4 hover:text-accent-text hover:underline"
            >
              Job {job.jobId}: {titleOf(job)}
            </Link>
          )}
        </h2>
        <Badge tone={free > 0 ? "positive" : "neutral"}>{free > 0 ? "Slots free" : "Full"}</Badge>
      </div>
      <p className="line-clamp-2 text-sm text-muted">
        {kindWords[job.kind].name}
        {spec?.description && `. ${spec.description}`}
      </p>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm">
        {facts.map(([label, value]) => (
          <div key={label} className="grid">
            <dt className="text-muted">{label}</dt>
            <dd className="font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** A contributor's part: the largest shard. */
function rowsOf({ spec }: JobView): string {
  return spec && spec.shardRows.length > 0 ? formatCount(Math.max(...spec.shardRows)) : "unknown";
}
