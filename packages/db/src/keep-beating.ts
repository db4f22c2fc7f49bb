import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { lt, sql } from "drizzle-orm";
import type { Database } from "./connect.ts";
import { pause } from "./pause.ts";
import type { DatabaseProcess } from "./roles.ts";
import { apiHeartbeats, indexerHeartbeats, workerHeartbeats } from "./schema/heartbeats.ts";

const tables = { api: apiHeartbeats, indexer: indexerHeartbeats, worker: workerHeartbeats };

/** How often a process says that it works, and after how long a silence it counts as having been away. */
const intervalMs = 10_000;
export const silenceMs = 60_000;

/**
 * Says every few seconds that this process works, until the signal: `trainchain doctor` tells by it how long ago each
 * did, and what it says of itself besides. What is not ready, or cannot reach the database, says nothing, and that is what is to be seen.
 */
export async function keepBeating(
  db: Database,
  process: DatabaseProcess,
  {
    assertReady,
    signal,
    says = {},
  }: { assertReady: () => Promise<void>; signal: AbortSignal; says?: { replays?: boolean } },
): Promise<void> {
  const table = tables[process];
  let [instance, lastMs] = [nameOne(), Date.now()];
  const beat = async () => {
    await assertReady();
    if (Date.now() > lastMs + silenceMs) instance = nameOne();
    const seenAt = sql`now()`;
    await db
      .insert(table)
      .values({ instance, seenAt, ...says })
      .onConflictDoUpdate({ target: table.instance, set: { seenAt } });
    lastMs = Date.now();
    // As long as the longest review, within which it matters when a process was away.
    await db.delete(table).where(lt(table.seenAt, sql`now() - interval '60 days'`));
  };
  while (!signal.aborted) {
    await beat().catch(() => undefined);
    await pause(intervalMs, signal);
  }
}

/** Of one time without a pause. */
const nameOne = () => `${hostname()}/${randomUUID()}`;
