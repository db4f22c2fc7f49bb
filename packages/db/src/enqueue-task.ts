import type { TaskName, TaskPayloads } from "@trainchain/protocol";
import { currentTrace } from "@trainchain/telemetry";
import { sql } from "drizzle-orm";
import type { Executor } from "./connect.ts";

/**
 * Queues a task in the caller's transaction, so that a fact and the work it calls for are written together.
 * The request under way goes with it, for the log. Tasks with the same `key` that have not started yet become one;
 * `runAt` defers the task; those of one `queue` run one after the other.
 */
export async function enqueueTask<Name extends TaskName>(
  db: Executor,
  name: Name,
  payload: TaskPayloads[Name],
  {
    key,
    runAt,
    maxAttempts = 25,
    queue,
  }: { key: string; runAt?: Date; maxAttempts?: number; queue?: string },
): Promise<void> {
  const { requestId } = currentTrace();
  await db.execute(sql`
    select graphile_worker.add_job(
      identifier => ${name},
      payload => ${JSON.stringify({ ...payload, requestId })}::json,
      queue_name => ${queue ?? null},
      job_key => ${key},
      run_at => ${runAt?.toISOString() ?? null}::timestamptz,
      max_attempts => ${maxAttempts}
    )`);
}
