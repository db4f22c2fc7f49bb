import pg, { type Client } from "pg";
import { clientSettings } from "./client-settings.ts";

/** A client of its own. Once its connection is lost every statement fails: it never opens again without its locks. */
export type Session = Pick<Client, "query" | "on"> & {
  /** Resolves when the connection has ended, lost or by `end`. */
  ended: Promise<unknown>;
  end(): Promise<void>;
};

const answerWithinMs = 10_000;
const endWithinMs = 1_000;

/** Connects a client for what lasts as long as a connection. Statements are bounded to ten seconds. */
export async function openSession(url: string): Promise<Session> {
  const { settings, destroySockets } = clientSettings(url, answerWithinMs);
  const client = new pg.Client(settings);
  client.on("error", () => undefined);
  const ended = new Promise((resolve) => client.once("end", resolve));
  await client.connect().catch((error: unknown) => {
    destroySockets();
    throw error;
  });
  return {
    query: client.query.bind(client),
    on: client.on.bind(client),
    ended,
    async end() {
      const timer = setTimeout(destroySockets, endWithinMs);
      await client.end().finally(() => clearTimeout(timer));
    },
  };
}

/** Takes the lock of this name, which PostgreSQL frees when the session ends; false where another session has it. */
export async function tryLock(session: Session, name: string): Promise<boolean> {
  const { rows } = await session.query("select pg_try_advisory_lock(hashtextextended($1, 0)) as held", [
    name,
  ]);
  return rows[0]?.held === true;
}

/** Frees a lock before the session ends; one whose session is lost is free already. */
export async function unlock(session: Session, name: string): Promise<void> {
  await session.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch(() => undefined);
}
