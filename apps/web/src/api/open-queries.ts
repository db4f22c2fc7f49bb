import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type RequestOptions, send } from "@trainchain/api-client";
import type { ConfigView, ContributorView, Page, TotalsView } from "@trainchain/protocol";
import { apiUrl } from "./api-url.ts";
import { fetchFromPlatform } from "./fetch-from-platform.ts";

/*
 * What a first visit asks on the open pages. It is read without the answer's schema: the schemas and their library are
 * a fifth of the script that the start page would load.
 */

const connection = { baseUrl: apiUrl, fetch: fetchFromPlatform, token: () => undefined };

async function read<Answer>(path: string, query: RequestOptions["query"] = {}): Promise<Answer> {
  const response = await send(connection, path, { query });
  return response.json();
}

/** Network, escrow, base models and limits: fixed while the site is open. */
export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: () => read<ConfigView>("config"),
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
