import type postgres from "postgres";
import { openSession } from "./open-session.ts";

export interface LeadershipOptions {
  /** What only one process at a time may do; names the lock in PostgreSQL. */
  role: string;
  /** Between tries to become the leader. */
  retryMs?: number;
  signal: AbortSignal;
}

/**
 * Waits until this process alone holds a role, then runs `lead` with a check that the role is still held. PostgreSQL
 * frees the role the moment the leader's connection ends, so that another process takes over from one that died.
 * Ends when the signal aborts; when the connection is lost, `lead` fails at its next check and the wait begins again.
 */
export async function holdLeadership(
  sql: postgres.Sql,
  { role, retryMs = 1_000, signal }: LeadershipOptions,
  lead: (assertLeading: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const session = openSession(sql);
  try {
    while (!signal.aborted) {
      const [row] = await answered(session`
        select pg_try_advisory_lock(hashtextextended(${`trainchain/${role}`}, 0)) as held, pg_backend_pid() as pid`);
      if (row?.held) await leadOver(session, role, row.pid, lead);
      await pause(retryMs, signal);
    }
  } finally {
    await session.end({ timeout: 1 });
  }
}

async function leadOver(
  session: postgres.Sql,
  role: string,
  holder: number,
  lead: (assertLeading: () => Promise<void>) => Promise<void>,
): Promise<void> {
  try {
    await lead(async () => {
      const [backend] = await answered(session`select pg_backend_pid() as pid`);
      if (backend?.pid !== holder) throw new Error(`the connection that held the role ${role} was lost`);
    });
  } finally {
    await answered(session`select pg_advisory_unlock(hashtextextended(${`trainchain/${role}`}, 0))`).catch(
      () => undefined,
    );
  }
}

const answerWithinMs = 10_000;

/**
 * A query's answer, or an error when none comes: a server that goes away at the wrong moment must not leave a
 * candidate waiting for ever.
 */
function answered<Answer>(query: PromiseLike<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the database has not answered for ${answerWithinMs / 1_000} s`)),
      answerWithinMs,
    );
    query.then(resolve, reject).then(() => clearTimeout(timer));
  });
}

/** Waits, but not beyond the signal. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal.addEventListener("abort", done);
  });
}
