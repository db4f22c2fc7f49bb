import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type JobKind, jobKinds, kindWords } from "@trainchain/protocol";
import {
  buttonClasses,
  EmptyState,
  ErrorNotice,
  Field,
  Input,
  Loading,
  Select,
  Skeleton,
} from "@trainchain/ui";
import { useEffect, useState } from "react";
import { jobsQuery } from "../../api/open-queries.ts";
import { UnknownJobs } from "../../parts/unknown-jobs.tsx";
import { Page } from "../../shell/page.tsx";
import { ShowMore } from "../../shell/show-more.tsx";
import { findJobs } from "./find-jobs.ts";
import { OpenJobCard } from "./open-job-card.tsx";

/** Every job that is open now, for whoever thinks of training one. */
export default function BrowseJobsPage() {
  const [kind, setKind] = useState<JobKind>();
  const [search, setSearch] = useState("");
  return (
    <Page
      title="Open jobs"
      lead="What requesters ask for now. Jobs are taken in the contributor app, which checks your machine first."
      actions={
        <Link to="/contributor" className={buttonClasses()}>
          Get the app
        </Link>
      }
    >
      <search className="grid gap-4 sm:grid-cols-[1fr_16rem]">
        <Field label="Search">
          <Input
            type="search"
            placeholder="Model, description or number"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        </Field>
        <Field label="Kind">
          <Select
            value={kind ?? ""}
            onChange={({ target }) => setKind((target.value || undefined) as JobKind | undefined)}
          >
            <option value="">Every kind</option>
            {jobKinds.map((one) => (
              <option key={one} value={one}>
                {kindWords[one].name}
              </option>
            ))}
          </Select>
        </Field>
      </search>
      <OpenJobs kind={kind} search={search} />
    </Page>
  );
}

function OpenJobs({ kind, search }: { kind: JobKind | undefined; search: string }) {
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery({ ...jobsQuery({ status: "open", kind }), refetchInterval: 15_000 });
  const searching = search.trim() !== "";
  // A search looks through all pages, not only those that are shown already.
  useEffect(() => {
    if (searching && hasNextPage && !isFetching) void fetchNextPage();
  }, [searching, hasNextPage, isFetching, fetchNextPage]);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Loading label="Loading the open jobs">
        <div className="grid gap-4 md:grid-cols-2">
          <Skeleton className="h-56" />
          <Skeleton className="h-56" />
        </div>
      </Loading>
    );
  }
  const unknown = data.pages.reduce((sum, page) => sum + page.unknown, 0);
  const found = findJobs(
    data.pages.flatMap(({ items }) => items),
    search,
  );
  if (found.length === 0 && unknown === 0 && !hasNextPage) return <NoJobs searching={searching} />;
  return (
    <div className="grid gap-6">
      <ul className="grid gap-4 md:grid-cols-2">
        {found.map((job) => (
          <li key={job.jobId} className="grid">
            <OpenJobCard job={job} />
          </li>
        ))}
      </ul>
      <UnknownJobs count={unknown} />
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </div>
  );
}

function NoJobs({ searching }: { searching: boolean }) {
  if (searching) {
    return <EmptyState title="No open job matches">Try another word, or every kind.</EmptyState>;
  }
  return (
    <EmptyState
      title="No job is open"
      action={
        <Link to="/requester" className={buttonClasses("secondary")}>
          Request a training
        </Link>
      }
    >
      The contributor app shows new jobs as they come.
    </EmptyState>
  );
}
