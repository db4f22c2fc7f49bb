import { queryOptions } from "@tanstack/react-query";
import { send } from "@trainchain/api-client";
import type { ConfigView, TotalsView } from "@trainchain/protocol";
import { apiUrl } from "./api-url.ts";

/*
 * What every first visit asks. It is read without the answer's schema: the schemas and their library are a fifth of
 * the script that the start page would load.
 */

const connection = { baseUrl: apiUrl, fetch: window.fetch.bind(window), token: () => undefined };

async function read<Answer>(path: string): Promise<Answer> {
  const response = await send(connection, path);
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
