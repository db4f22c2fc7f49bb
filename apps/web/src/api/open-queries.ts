import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type RequestOptions, send } from "@trainchain/api-client";
import {
  type AnyReceipt,
  assertKnown,
  type ConfigView,
  type ContributorProfileView,
  type ContributorView,
  type JobKind,
  type JobStatus,
  type JobView,
  knownOf,
  type ListedJob,
  type Page,
  type RatingView,
  type TotalsView,
} from "@trainchain/protocol";
import { openConnection } from "./open-connection.ts";

/*
 * What a visitor asks on the open pages: `useQuery(jobQuery(id))`. It is read without the answer's schema: the
 * schemas and their library are a fifth of the script that a first visit would load.
 * What a page asks first is asked before this script is there, too: see build/early-start.ts.
 */

/** An answer of an open route, as it is. */
export async function read<Answer>(path: string, query: RequestOptions["query"] = {}): Promise<Answer> {
  const response = await send(openConnection, path, { query });
  return response.json();
}

/** Network, escrow, base models and limits: fixed while the site is open, but for what a POL is worth. */
export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: () => read<ConfigView>("config"),
  staleTime: 3_600_000,
});

/** One archive of the contributor app; the system as Node names it. */
export interface AppPackage {
  file: string;
  system: string;
  processor: string;
  sizeBytes: number;
  sha256: string;
}

/** What the operator offers for download, beside the site: nothing where that was not set up. */
export const appPackagesQuery = queryOptions({
  queryKey: ["app-packages"],
  queryFn: async (): Promise<AppPackage[]> => {
    const answer = await fetch("/app/index.json");
    return answer.ok ? (await answer.json()).packages : [];
  },
  staleTime: Infinity,
});

export const totalsQuery = queryOptions({
  queryKey: ["totals"],
  queryFn: () => read<TotalsView>("totals"),
  refetchInterval: 30_000,
});

export const contributorPoolQuery = (sort: string, search: string) =>
  infiniteQueryOptions({
    queryKey: ["contributor-pool", sort, search],
    queryFn: ({ pageParam }) =>
      read<Page<ContributorView>>("jobs/contributor-pool", {
        sort,
        search: search || undefined,
        cursor: pageParam,
        limit: 25,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const contributorQuery = (profileId: string) =>
  queryOptions({
    queryKey: ["contributor", profileId],
    queryFn: () => read<ContributorProfileView>(`jobs/contributor-pool/${encodeURIComponent(profileId)}`),
  });

export const jobsQuery = (filter: { status?: JobStatus; kind?: JobKind } = {}) =>
  infiniteQueryOptions({
    queryKey: ["jobs", filter],
    queryFn: async ({ pageParam }) => {
      const { items, nextCursor } = await read<Page<ListedJob>>("jobs", { ...filter, cursor: pageParam });
      return { ...knownOf<ListedJob>(items), nextCursor };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** The latest completed jobs of a kind that this platform prepared. */
export const paidJobsQuery = (kind: JobKind) =>
  queryOptions({
    queryKey: ["jobs", "paid", kind],
    queryFn: () => read<Page<JobView>>("jobs", { status: "completed", kind, limit: 100 }),
    select: ({ items }) => items.filter(({ own }) => own),
    staleTime: 60_000,
  });

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["job", jobId],
    queryFn: async () => assertKnown(await read<ListedJob>(`jobs/${jobId}`)),
  });

/** What the requester of a completed job said of its contributors. */
export const ratingsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["job", jobId, "ratings"],
    queryFn: () => read<{ items: RatingView[] }>(`jobs/${jobId}/ratings`).then(({ items }) => items),
  });

/** Public once the job is closed; not-found before. Whoever asks knows the job's kind, and so what it looks like. */
export const receiptQuery = <OfKind extends AnyReceipt>(jobId: string) =>
  queryOptions({
    queryKey: ["job", jobId, "receipt"],
    queryFn: () => read<OfKind>(`jobs/${jobId}/receipt`),
  });
