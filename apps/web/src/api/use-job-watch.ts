import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type JobChange, watchJob } from "@trainchain/api-client";
import {
  assertKnown,
  type JobView,
  type ListedJob,
  type ProgressEvent,
  toTrainChainError,
} from "@trainchain/protocol";
import { useEffect, useState } from "react";
import { openConnection } from "./open-connection.ts";
import { jobQuery } from "./open-queries.ts";

/** Curves stay readable, and a long run does not fill the memory. */
const keptEvents = 2_000;

/**
 * Keeps `jobQuery(jobId)` up to date from the server's events for as long as the component is there. `progress` has,
 * per slot, the trainer's events since the page was opened, oldest first (the requester's own jobs only).
 */
export function useJobWatch(jobId: string): {
  progress: ReadonlyMap<number, readonly ProgressEvent[]>;
  error: Error | undefined;
} {
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<ReadonlyMap<number, readonly ProgressEvent[]>>(new Map());
  const [error, setError] = useState<Error>();
  useEffect(() => {
    const stop = new AbortController();
    setProgress(new Map());
    setError(undefined);
    const follow = async () => {
      for await (const change of watchJob(openConnection, jobId, takeChange, { signal: stop.signal })) {
        if (change.type === "job") {
          takeJob(queryClient, change.job);
        } else {
          setProgress((known) => addEvent(known, change.progress));
        }
      }
    };
    follow().catch((thrown: unknown) => {
      if (!stop.signal.aborted) setError(toTrainChainError(thrown));
    });
    return () => stop.abort();
  }, [jobId, queryClient]);
  return { progress, error };
}

function takeChange(event: string, json: unknown): JobChange | undefined {
  if (event === "job") return { type: "job", job: assertKnown(json as ListedJob) };
  return event === "progress" ? { type: "progress", progress: json as ProgressEvent } : undefined;
}

/** Whatever else is shown of a job may have changed with it. */
function takeJob(queryClient: QueryClient, job: JobView): void {
  const { queryKey } = jobQuery(job.jobId);
  const known = queryClient.getQueryData(queryKey);
  // What is equal stays the same object.
  if (queryClient.setQueryData(queryKey, job) === known) return;
  void queryClient.invalidateQueries({
    queryKey,
    predicate: (query) => query.queryKey.length > queryKey.length,
  });
}

function addEvent(known: ReadonlyMap<number, readonly ProgressEvent[]>, event: ProgressEvent) {
  const events = [...(known.get(event.slot) ?? []), event].slice(-keptEvents);
  return new Map(known).set(event.slot, events);
}
