import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RequestView } from "@trainchain/protocol";
import { buttonClasses, EmptyState, ErrorNotice, Field, Loading, Select, Skeleton } from "@trainchain/ui";
import { useState } from "react";
import { myRequestsQuery } from "../../api/queries.ts";
import { UnknownJobs } from "../../parts/unknown-jobs.tsx";
import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";
import { ShowMore } from "../../shell/show-more.tsx";
import { DraftEntry, JobEntry } from "./request-entry.tsx";

export default function MyRequestsPage() {
  return (
    <Page
      title="My Requests"
      actions={
        <Link to="/requester" className={buttonClasses()}>
          New request
        </Link>
      }
    >
      <RequireSession purpose="Your requests belong to your wallet.">
        <Requests />
      </RequireSession>
    </Page>
  );
}

const filters = {
  all: { label: "All requests", shows: () => true },
  draft: { label: "Drafts", shows: ({ type }: RequestView) => type === "draft" },
  open: { label: "Open jobs", shows: (request: RequestView) => statusOf(request) === "open" },
  ended: {
    label: "Ended jobs",
    shows: (request: RequestView) => request.type === "job" && statusOf(request) !== "open",
  },
};
type FilterName = keyof typeof filters;

function statusOf(request: RequestView): string | undefined {
  return request.type === "job" ? request.job.status : undefined;
}

function Requests() {
  const [filter, setFilter] = useState<FilterName>("all");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...myRequestsQuery,
    refetchInterval: 15_000,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Loading label="Loading your requests">
        <div className="grid gap-4">
          <Skeleton className="h-28" />
          <Skeleton className="h-28" />
        </div>
      </Loading>
    );
  }
  const requests = data.pages.flatMap(({ items }) => items);
  const unknown = data.pages.reduce((sum, page) => sum + page.unknown, 0);
  if (requests.length === 0 && unknown === 0) {
    return (
      <EmptyState
        title="Nothing requested yet"
        action={
          <Link to="/requester" className={buttonClasses()}>
            Request a training
          </Link>
        }
      >
        Upload a dataset, stake a reward, and follow here how it is trained.
      </EmptyState>
    );
  }
  const shown = requests.filter(filters[filter].shows);
  return (
    <div className="grid gap-4">
      <div className="max-w-56">
        <Field label="Show">
          <Select value={filter} onChange={({ target }) => setFilter(target.value as FilterName)}>
            {Object.entries(filters).map(([name, { label }]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {shown.length === 0 && <p className="text-muted">None of those that are loaded.</p>}
      <ul className="grid gap-4">
        {shown.map((request) => (
          <li key={keyOf(request)}>
            {request.type === "draft" ? (
              <DraftEntry draft={request.draft} />
            ) : (
              <JobEntry job={request.job} outcome={request.outcome} />
            )}
          </li>
        ))}
      </ul>
      <UnknownJobs count={unknown} />
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </div>
  );
}

const keyOf = (request: RequestView) =>
  request.type === "draft" ? request.draft.id : `${request.job.escrow}/${request.job.jobId}`;
