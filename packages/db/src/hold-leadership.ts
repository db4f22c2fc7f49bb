import type postgres from "postgres";

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
  while (!signal.aborted) {
    const session = await sql.reserve();
    try {
      const [row] =
        await session`select pg_try_advisory_lock(hashtextextended(${`trainchain/${role}`}, 0)) as held`;
      if (row?.held) await leadOver(session, role, lead);
    } finally {
      session.release();
    }
    await pause(retryMs, signal);
  }
}

async function leadOver(
  session: postgres.ReservedSql,
  role: string,
  lead: (assertLeading: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const backend = async () => (await session`select pg_backend_pid() as pid`)[0]?.pid;
  const pid = await backend();
  try {
    await lead(async () => {
      if ((await backend()) !== pid) throw new Error(`the connection that held the role ${role} was lost`);
    });
  } finally {
    await session`select pg_advisory_unlock(hashtextextended(${`trainchain/${role}`}, 0))`.catch(
      () => undefined,
    );
  }
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
