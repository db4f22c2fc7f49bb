import { queryOptions } from "@tanstack/react-query";
import {
  appProfileSchema,
  contributionViewSchema,
  jobOffersSchema,
  trainingPointSchema,
  weiTextSchema,
} from "@trainchain/protocol";
import { z } from "zod";
import { ask, send } from "./request.ts";

export const offersQuery = queryOptions({
  queryKey: ["offers"],
  queryFn: () => ask(jobOffersSchema, "GET", "offers"),
  refetchInterval: 5_000,
});

export const profileQuery = (wallet: string | undefined) =>
  queryOptions({
    queryKey: ["profile", wallet],
    queryFn: () => ask(appProfileSchema, "GET", "profile"),
  });

const earningsSchema = z.object({
  contributions: z.array(contributionViewSchema),
  earnedWei: weiTextSchema,
  /** Wallets that paid it. */
  requesters: z.number().int(),
  withdrawableWei: weiTextSchema,
  balanceWei: weiTextSchema,
});
export type Earnings = z.infer<typeof earningsSchema>;

export const earningsQuery = queryOptions({
  queryKey: ["earnings"],
  queryFn: () => ask(earningsSchema, "GET", "earnings"),
  refetchInterval: 10_000,
});

export const pointsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["points", jobId],
    queryFn: () => ask(z.object({ items: z.array(trainingPointSchema) }), "GET", `jobs/${jobId}/points`),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const logQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["log", jobId],
    queryFn: () => send("GET", `jobs/${jobId}/log`).then((response) => response.text()),
    refetchInterval: 2_000,
  });

export const setupLogQuery = queryOptions({
  queryKey: ["setup-log"],
  queryFn: () => ask(z.object({ lines: z.array(z.string()) }), "GET", "setup/log").then(({ lines }) => lines),
});
