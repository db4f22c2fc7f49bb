import type { Connection } from "./connect.ts";
import { pause } from "./pause.ts";
import { type Session, tryLock, unlock } from "./session.ts";

export interface LeadershipOptions {
  /** What only one process at a time may do; names the lock in PostgreSQL. */
  role: string;
  /** Between tries to become the leader. */
  retryMs?: number;
  /** Called at each try. */
  onBeat?: () => void;
  signal: AbortSignal;
}

/**
 * Waits until this process alone holds a role, then runs `lead` with a check that the role is still held. PostgreSQL
 * frees the role the moment the leader's connection ends, so that another process takes over from one that died.
 * Ends when the signal aborts; when the connection is lost, `lead` fails at its next check, and so does this.
 */
export async function holdLeadership(
  { openSession }: Pick<Connection, "openSession">,
  { role, retryMs = 1_000, onBeat, signal }: LeadershipOptions,
  lead: (assertLeading: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const session = await openSession();
  try {
    while (!signal.aborted) {
      const held = await tryLock(session, `trainchain/${role}`);
      onBeat?.();
      if (held) await leadOver(session, role, lead);
      await pause(retryMs, signal);
    }
  } finally {
    await session.end();
  }
}

async function leadOver(
  session: Session,
  role: string,
  lead: (assertLeading: () => Promise<void>) => Promise<void>,
): Promise<void> {
  try {
    await lead(async () => {
      // A session that was lost never answers again.
      await session.query("select").catch((cause: unknown) => {
        throw new Error(`the connection that held the role ${role} was lost`, { cause });
      });
    });
  } finally {
    await unlock(session, `trainchain/${role}`);
  }
}
