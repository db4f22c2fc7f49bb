import type { ProblemKind } from "./problems.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** What a thread that reads a Parquet file answers each time that it is asked for more rows. */
export type ParquetAnswer = { rows: Uint8Array } | { done: true } | { failed: ProblemKind; message: string };

/** The longest that one answer may take. */
const longestAnswerMs = 120_000;

/** The thread that reads, of Node or of a browser. */
interface ParquetThread {
  /** Asks for more rows; not again before the answer. */
  ask(): Promise<ParquetAnswer>;
  /** Ends it, whatever it does. */
  end(): unknown;
}

/**
 * The rows of a Parquet file that a thread of its own reads: how many values a page has is what it says of itself, so
 * one that takes too much time is ended, and whoever reads goes on. One answer at a time is under way, so a slow reader
 * holds the thread back.
 *
 * @throws UnreadableFile where the file is damaged, or an answer takes longer than `answerMs`
 */
export async function* rowsApart(
  thread: ParquetThread,
  answerMs = longestAnswerMs,
): AsyncGenerator<Uint8Array> {
  try {
    while (true) {
      const answer = await answerWithin(thread, answerMs);
      if ("failed" in answer) throw new UnreadableFile(answer.failed, answer.message);
      if ("done" in answer) return;
      yield answer.rows;
    }
  } finally {
    await thread.end();
  }
}

async function answerWithin(thread: ParquetThread, answerMs: number): Promise<ParquetAnswer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<ParquetAnswer>((resolve) => {
    const message = "its reading does not come to an end";
    timer = setTimeout(() => resolve({ failed: "damaged-file", message }), answerMs);
  });
  try {
    return await Promise.race([thread.ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
