import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { lt, sql } from "drizzle-orm";
import type { Database } from "./connect.ts";
import { pause } from "./pause.ts";
import type { DatabaseProcess } from "./roles.ts";
import { apiHeartbeats, indexerHeartbeats, workerHeartbeats } from "./schema/heartbeats.ts";

const tables = { api: apiHeartbeats, indexer: indexerHeartbeats, worker: workerHeartbeats };

/** How often a process says that it works. */
const intervalMs = 10_000;

/**
 * Says every few seconds that this process works, until the signal: `trainchain doctor` tells by it how long ago each
 * did. What is not ready, or cannot reach the database, says nothing, and that is what is to be seen.
 */
export async function keepBeating(
  db: Database,
  process: DatabaseProcess,
  { assertReady, signal }: { assertReady: () => Promise<void>; signal: AbortSignal },
): Promise<void> {
  const table = tables[process];
  const instance = `${hostname()}/${randomUUID()}`;
  const beat = async () => {
    await assertReady();
    const seenAt = sql`now()`;
    await db
      .insert(table)
      .values({ instance, seenAt })
      .onConflictDoUpdate({ target: table.instance, set: { seenAt } });
    await db.delete(table).where(lt(table.seenAt, sql`now() - interval '1 day'`));
  };
  while (!signal.aborted) {
    await beat().catch(() => undefined);
    await pause(intervalMs, signal);
  }
}
