import pg from "pg";
import { pause } from "./pause.ts";
import type { Session } from "./session.ts";

export interface Listener {
  /** Called for every notification, with its payload. */
  onNotification: (payload: string) => void;
  /**
   * Called each time that listening has begun, the first time and after every loss of the connection: nothing is known
   * of what was notified before, so whatever one wants to have seen is to be read now.
   */
  onListening?: () => void;
}

export interface Listening {
  /** Whether it hears now; while its connection is being taken up again it does not. */
  isHearing(): boolean;
  stop(): Promise<void>;
}

/**
 * Listens to a channel on a connection of its own, taken up again for as long as it takes whenever it is lost. Never
 * fails: while there is no database nothing is heard.
 */
export function listen(open: () => Promise<Session>, channel: string, listener: Listener): Listening {
  const stopping = new AbortController();
  const state = { hearing: false };
  const onListening = () => {
    state.hearing = true;
    listener.onListening?.();
  };
  const onLost = () => {
    state.hearing = false;
  };
  const listening = keepListening(open, channel, { ...listener, onListening, onLost }, stopping.signal);
  return {
    isHearing: () => state.hearing,
    async stop() {
      stopping.abort();
      await listening;
    },
  };
}

async function keepListening(
  open: () => Promise<Session>,
  channel: string,
  { onLost, ...listener }: Listener & { onLost: () => void },
  signal: AbortSignal,
): Promise<void> {
  const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
  while (!signal.aborted) {
    const session = await open().catch(() => undefined);
    if (session) {
      await hear(session, channel, listener, stopped).catch(() => undefined);
      onLost();
      await session.end();
    }
    await pause(100 + Math.random() * 250, signal);
  }
}

/** Until the connection is lost or `stopped` resolves. */
async function hear(
  session: Session,
  channel: string,
  { onNotification, onListening }: Listener,
  stopped: Promise<unknown>,
): Promise<void> {
  session.on("notification", ({ payload = "" }) => onNotification(payload));
  await session.query(`listen ${pg.escapeIdentifier(channel)}`);
  onListening?.();
  await Promise.race([session.ended, stopped]);
}
