import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "./api.ts";

/*
 * What the site asks the API for who is signed in: `useQuery(draftQuery(id))`. Keys that begin with "me" belong to the
 * signed-in wallet and are dropped when it signs out.
 */

/** A model's never changes: it is of a pinned revision. */
export const tokenizerQuery = (model: string) =>
  queryOptions({
    queryKey: ["tokenizer", model],
    queryFn: () => api.getTokenizer(model),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const verificationQuery = (jobId: string) =>
  queryOptions({ queryKey: ["job", jobId, "verification"], queryFn: () => api.getVerification(jobId) });

/** What the platform kept of the trainings' losses: asked again with each change of the job, as events in between may be left out. */
export const curvesQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["job", jobId, "curves"],
    queryFn: () => api.getCurves(jobId),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A prompt of the try-it box: asked again until it is answered. */
export const trialQuery = (jobId: string, trialId: string) =>
  queryOptions({
    queryKey: ["me", "trial", jobId, trialId],
    queryFn: () => api.getTrial(jobId, trialId),
    refetchInterval: ({ state: { data } }) =>
      data?.status === "queued" || data?.status === "answering" ? 1_000 : false,
  });

export const myRequestsQuery = infiniteQueryOptions({
  queryKey: ["me", "requests"],
  queryFn: ({ pageParam }) => api.listMyRequests({ cursor: pageParam }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
});

export const draftQuery = (draftId: string) =>
  queryOptions({ queryKey: ["me", "draft", draftId], queryFn: () => api.getDraft(draftId) });

export const myContributionsQuery = infiniteQueryOptions({
  queryKey: ["me", "contributions"],
  queryFn: ({ pageParam }) => api.listMyContributions({ cursor: pageParam }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
});

export const myBalanceQuery = queryOptions({ queryKey: ["me", "balance"], queryFn: api.getMyBalance });

export const myWebhooksQuery = queryOptions({ queryKey: ["me", "webhooks"], queryFn: api.listWebhooks });

export const myProfileQuery = queryOptions({ queryKey: ["me", "profile"], queryFn: api.getProfile });
