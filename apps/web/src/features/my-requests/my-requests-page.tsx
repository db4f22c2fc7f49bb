import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RequestView } from "@trainchain/protocol";
import { buttonClasses, EmptyState, ErrorNotice, Loading, Skeleton } from "@trainchain/ui";
import { myRequestsQuery } from "../../api/queries.ts";
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

function Requests() {
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
  if (requests.length === 0) {
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
  return (
    <div className="grid gap-4">
      <ul className="grid gap-4">
        {requests.map((request) => (
          <li key={keyOf(request)}>
            {request.type === "draft" ? <DraftEntry draft={request.draft} /> : <JobEntry job={request.job} />}
          </li>
        ))}
      </ul>
      <ShowMore
        hasNextPage={hasNextPage}
        isFetchingNextPage={isFetchingNextPage}
        fetchNextPage={fetchNextPage}
      />
    </div>
  );
}

const keyOf = (request: RequestView) =>
  request.type === "draft" ? request.draft.id : `${request.job.escrow}/${request.job.jobId}`;
