import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { lt, sql } from "drizzle-orm";
import type { Database } from "./connect.ts";
import { pause } from "./pause.ts";
import type { DatabaseProcess } from "./roles.ts";
import { apiHeartbeats, indexerHeartbeats, workerHeartbeats } from "./schema/heartbeats.ts";

const tables = { api: apiHeartbeats, indexer: indexerHeartbeats, worker: workerHeartbeats };

/** How often a process says that it works, and after how long a silence it counts as having been away. */
export const intervalMs = 10_000;
export const silenceMs = 60_000;

/** What a process says of itself besides. */
interface Saying {
  replays?: boolean;
  mails?: boolean;
  takesAdapters?: boolean;
}

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
    says = async () => ({}),
  }: { assertReady: () => Promise<void>; signal: AbortSignal; says?: () => Promise<Saying> },
): Promise<void> {
  const table = tables[process];
  let [instance, lastMs, last] = [nameOne(), Date.now(), ""];
  const beat = async () => {
    await assertReady();
    const said = await says();
    // A row is of a time in which all that it says held.
    if (Date.now() > lastMs + silenceMs || JSON.stringify(said) !== last) instance = nameOne();
    last = JSON.stringify(said);
    const seenAt = sql`now()`;
    await db
      .insert(table)
      .values({ instance, seenAt, ...said })
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
