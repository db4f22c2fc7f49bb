import { type JobView, type ProgressEvent, TrainChainError } from "@trainchain/protocol";
import { readEvents } from "./event-stream.ts";
import { type Connection, send } from "./request.ts";
import { pause, pauseBefore } from "./retry.ts";

export type JobChange = { type: "job"; job: JobView } | { type: "progress"; progress: ProgressEvent };

/** What an event's JSON says, or undefined for an event that is not known. */
export type ReadJobChange = (event: string, json: unknown) => JobChange | undefined;

const pauses = { firstMs: 250, mostMs: 10_000 };

/**
 * A job's state now and at each change. A broken stream is taken up again, which repeats the job's state; only
 * a refusal (such as not-found) or the signal ends it.
 */
export async function* watchJob(
  connection: Connection,
  jobId: string,
  readChange: ReadJobChange,
  { escrow, signal }: { escrow?: string; signal?: AbortSignal } = {},
): AsyncGenerator<JobChange> {
  let failures = 0;
  while (!signal?.aborted) {
    let failure: unknown;
    try {
      const response = await send(connection, `jobs/${jobId}/events`, { query: { escrow }, signal });
      if (!response.body) throw new TrainChainError("internal", "the event stream has no body");
      for await (const { event, data } of readEvents(response.body)) {
        failures = 0;
        const change = readChange(event, JSON.parse(data));
        if (change) yield change;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof TrainChainError && !error.mayRetry) throw error;
      failure = error;
    }
    failures += 1;
    await pause(pauseBefore(failure, failures, pauses), signal).catch(() => undefined);
  }
}
