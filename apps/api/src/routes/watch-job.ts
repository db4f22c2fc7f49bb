import { createRoute } from "@hono/zod-openapi";
import type { ListedJob, ProgressEvent } from "@trainchain/protocol";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { clientNetworks } from "../http/client-address.ts";
import { errors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { viewerOf } from "../http/sessions.ts";
import { escrowQuery, jobParams, unknownJob } from "../jobs/job-params.ts";
import { findJobWithSlots, type JobWithSlots } from "../jobs/job-record.ts";
import { toJobView } from "../jobs/job-view.ts";
import { createStreamSlots } from "../jobs/stream-slots.ts";

const route = createRoute({
  method: "get",
  operationId: "watchJob",
  path: "/jobs/{jobId}/events",
  tags: ["jobs"],
  summary:
    "Server-sent events: `job` (as GET /jobs/{jobId}) now and at each change, `progress` of slots one may see",
  request: { params: jobParams, query: escrowQuery },
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    ...errors(400, 404),
  },
});

export function watchJob({ connection, platform, feed, limits, logger }: Deps) {
  const places = createStreamSlots(limits.streams);

  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const { escrow = platform.escrow } = c.req.valid("query");
    const key = { escrow, jobId };
    const viewer = c.get("session")?.wallet;
    const mailbox = createMailbox<JobWithSlots>();
    const leave = places.take(
      { wallet: viewer, ...clientNetworks(c, platform.trustProxy) },
      // Ends the stream's own loop, which then gives everything else back.
      mailbox.close,
    );
    // Subscribed before the first read, so that no change falls between the two.
    const unsubscribe = feed.subscribe(key, mailbox.put);
    const end = () => {
      unsubscribe();
      leave();
      mailbox.close();
    };
    try {
      const first = await findJobWithSlots(connection.db, key);
      if (!first) throw unknownJob(key);
      mailbox.put(first);
    } catch (error) {
      end();
      throw error;
    }
    const toView = (record: JobWithSlots) => toJobView(record, viewerOf(c), platform);
    const response = streamSSE(
      c,
      async (stream) => {
        stream.onAbort(end);
        try {
          await sendChanges(stream, mailbox, toView, limits);
        } finally {
          end();
        }
      },
      async (error) => {
        logger.warn({ err: error, jobId: jobId.toString() }, "an event stream broke");
      },
    );
    return response as never;
  });
}

async function sendChanges(
  stream: SSEStreamingApi,
  mailbox: Mailbox<JobWithSlots>,
  toView: (record: JobWithSlots) => ListedJob,
  { keepAliveMs, streamMs }: { keepAliveMs: number; streamMs: number },
): Promise<void> {
  const ends = Date.now() + streamMs;
  let sentJob = "";
  const sentProgress = new Map<string, string>();
  while (!stream.aborted && !stream.closed && Date.now() < ends) {
    const record = await mailbox.next(keepAliveMs);
    if (mailbox.closed) return;
    if (!record) {
      await stream.write(": keep-alive\n\n");
      continue;
    }
    const job = toView(record);
    for (const progress of newProgress(job, sentProgress)) {
      await stream.writeSSE({ event: "progress", data: JSON.stringify(progress) });
    }
    const steady = JSON.stringify({ ...job, slots: job.slots.map(({ progress: _, ...slot }) => slot) });
    if (steady !== sentJob) await stream.writeSSE({ event: "job", data: JSON.stringify(job) });
    sentJob = steady;
  }
}

function newProgress(job: ListedJob, sent: Map<string, string>): ProgressEvent[] {
  return job.slots.flatMap(({ slot, contributor, progress }) => {
    const place = `${slot}/${contributor}`;
    if (!progress || sent.get(place) === progress.reportedAt) return [];
    sent.set(place, progress.reportedAt);
    return [{ slot, contributor, ...progress }];
  });
}

interface Mailbox<Item> {
  readonly closed: boolean;
  put(item: Item): void;
  /** The newest item that was not taken yet, waiting up to `waitMs` for one. */
  next(waitMs: number): Promise<Item | undefined>;
  close(): void;
}

/** Keeps only the newest item: a slow reader skips states instead of filling our memory. */
function createMailbox<Item>(): Mailbox<Item> {
  let item: Item | undefined;
  let wake: (() => void) | undefined;
  let closed = false;
  return {
    get closed() {
      return closed;
    },
    put(newest) {
      item = newest;
      wake?.();
    },
    async next(waitMs) {
      if (item === undefined && !closed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const taken = item;
      item = undefined;
      return taken;
    },
    close() {
      closed = true;
      wake?.();
    },
  };
}
