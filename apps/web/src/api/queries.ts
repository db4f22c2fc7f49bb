import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { JobKind, JobStatus } from "@trainchain/protocol";
import { api } from "./api.ts";

export { configQuery, contributorPoolQuery, totalsQuery } from "./open-queries.ts";

/*
 * Every question that the site asks the API: `useQuery(jobQuery(id))`. Keys that begin with "me" belong to the
 * signed-in wallet and are dropped when it signs out.
 */

export const contributorQuery = (profileId: string) =>
  queryOptions({ queryKey: ["contributor", profileId], queryFn: () => api.getContributor(profileId) });

export const jobsQuery = (filter: { status?: JobStatus; kind?: JobKind } = {}) =>
  infiniteQueryOptions({
    queryKey: ["jobs", filter],
    queryFn: ({ pageParam }) => api.listJobs({ ...filter, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const jobQuery = (jobId: string) =>
  queryOptions({ queryKey: ["job", jobId], queryFn: () => api.getJob(jobId) });

export const timelineQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["job", jobId, "timeline"],
    queryFn: () => api.getTimeline(jobId, { limit: 100 }).then(({ items }) => items),
  });

export const verificationQuery = (jobId: string) =>
  queryOptions({ queryKey: ["job", jobId, "verification"], queryFn: () => api.getVerification(jobId) });

/** Public once the job is closed; not-found before. */
export const receiptQuery = (jobId: string) =>
  queryOptions({ queryKey: ["job", jobId, "receipt"], queryFn: () => api.getReceipt(jobId) });

/** The same of an image job. */
export const imageReceiptQuery = (jobId: string) =>
  queryOptions({ queryKey: ["job", jobId, "image-receipt"], queryFn: () => api.getImageReceipt(jobId) });

export const ratingsQuery = (jobId: string) =>
  queryOptions({ queryKey: ["job", jobId, "ratings"], queryFn: () => api.listRatings(jobId) });

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

export const myProfileQuery = queryOptions({ queryKey: ["me", "profile"], queryFn: api.getProfile });
