import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { buttonClasses, EmptyState, ErrorNotice, Input, Loading, Skeleton } from "@trainchain/ui";
import { useDeferredValue, useState } from "react";
import { contributorPoolQuery } from "../../api/open-queries.ts";
import { Page } from "../../shell/page.tsx";
import { ShowMore } from "../../shell/show-more.tsx";
import { ContributorTable, type PoolSort } from "./contributor-table.tsx";

/** Shorter searches would match nearly everybody; the API refuses them. */
const shortestSearch = 2;

export default function ContributorPoolPage() {
  const [sort, setSort] = useState<PoolSort>("standing");
  const [text, setText] = useState("");
  const typed = useDeferredValue(text.trim());
  const search = typed.length >= shortestSearch ? typed : "";
  // What was shown stays until the answer to another question is there.
  const pool = useInfiniteQuery({ ...contributorPoolQuery(sort, search), placeholderData: keepPreviousData });
  const contributors = pool.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Contributor Pool"
      lead="Everybody who ever took a job, with the record that the chain keeps of them."
      actions={
        <Link to="/contributor" className={buttonClasses("secondary")}>
          Become a contributor
        </Link>
      }
    >
      <div className="grid gap-4">
        <div className="max-w-sm">
          <label htmlFor="search" className="sr-only">
            Search by wallet or GPU
          </label>
          <Input
            id="search"
            type="search"
            placeholder="Search a wallet or a GPU tier"
            value={text}
            maxLength={42}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <p role="status" className="sr-only">
          {pool.isSuccess && `${contributors.length}${pool.hasNextPage ? " or more" : ""} contributors`}
        </p>
        {pool.isPending ? (
          <Loading label="Contributors are loading">
            {/* As high as a first page of the table. */}
            <Skeleton className="h-[76rem] rounded-card" />
          </Loading>
        ) : pool.error && !pool.data ? (
          <ErrorNotice error={pool.error} onRetry={() => void pool.refetch()} />
        ) : contributors.length > 0 ? (
          <ContributorTable contributors={contributors} sort={sort} onSort={setSort} />
        ) : search ? (
          <EmptyState title="Nobody matches">No wallet and no GPU tier contains “{search}”.</EmptyState>
        ) : (
          <EmptyState
            title="Nobody has taken a job yet"
            action={
              <Link to="/contributor" className={buttonClasses()}>
                Be the first
              </Link>
            }
          >
            Contributors appear here with the first job that they accept on chain.
          </EmptyState>
        )}
        <ShowMore
          hasNextPage={pool.hasNextPage}
          isFetchingNextPage={pool.isFetchingNextPage}
          fetchNextPage={pool.fetchNextPage}
        />
        {/* Not before the list: an answer shorter than its skeleton would move it up. */}
        <p hidden={pool.isPending} className="text-sm text-muted">
          Counts come from the escrow’s events, of jobs that this platform prepared. Paid work is rounded
          down, since earnings to the coin and present work are nobody else’s business; it is ordered by the
          sum of the square roots of what each requester paid, so that many who paid count more than one who
          paid much. Stars weigh by what was paid for them. A GPU tier is what the contributor says of itself,
          or what the app measured on its machine.
        </p>
      </div>
    </Page>
  );
}
