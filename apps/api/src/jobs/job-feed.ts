import { setTimeout } from "node:timers/promises";
import type { Connection } from "@trainchain/db";
import { jobChannel } from "@trainchain/db";
import type { JobKey } from "@trainchain/db/market";
import type { Logger } from "pino";
import { findJobWithSlots, type JobWithSlots } from "./job-record.ts";

type Listener = (record: JobWithSlots) => void;

/** Tells streams of a job's changes. However many listen, there is one database connection and one read a change. */
export interface JobFeed {
  subscribe(key: JobKey, listener: Listener): () => void;
  /** Whether changes are heard of now: while its connection is being taken up again, none are. */
  isHearing(): boolean;
  close(): Promise<void>;
}

interface Topic {
  key: JobKey;
  listeners: Set<Listener>;
  reading: boolean;
  changedAgain: boolean;
}

/** Between two tries to read a change. */
const pauseMs = 1_000;

/**
 * Listens for changes; each time that listening begins, what is streamed is read afresh. A change that cannot be read
 * is tried again for as long as somebody listens.
 */
export function startJobFeed({ db, listen }: Connection, logger: Logger): JobFeed {
  const topics = new Map<string, Topic>();

  async function publish(topic: Topic): Promise<void> {
    if (topic.reading) {
      topic.changedAgain = true;
      return;
    }
    topic.reading = true;
    do {
      topic.changedAgain = false;
      try {
        const record = await findJobWithSlots(db, topic.key);
        if (record) for (const listener of topic.listeners) listener(record);
      } catch (err) {
        logger.warn({ err, jobId: topic.key.jobId.toString() }, "a job's change could not be read");
        await setTimeout(pauseMs, undefined, { ref: false });
        // Nobody may tell of this change again; where the connection is lost, all is read once it is back.
        topic.changedAgain ||= listening.isHearing();
      }
    } while (topic.changedAgain && topic.listeners.size > 0);
    topic.reading = false;
  }

  const listening = listen(jobChannel, {
    onNotification(payload) {
      const topic = topics.get(payload);
      if (topic) void publish(topic);
    },
    onListening() {
      for (const topic of topics.values()) void publish(topic);
    },
  });

  return {
    subscribe(key, listener) {
      const name = `${key.escrow}/${key.jobId}`;
      const topic = topics.get(name) ?? { key, listeners: new Set(), reading: false, changedAgain: false };
      topics.set(name, topic);
      topic.listeners.add(listener);
      return () => {
        topic.listeners.delete(listener);
        if (topic.listeners.size === 0 && topics.get(name) === topic) topics.delete(name);
      };
    },
    isHearing: listening.isHearing,
    close: () => listening.stop(),
  };
}
