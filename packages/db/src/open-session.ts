import type { Options, Sql } from "postgres";
import { postgres } from "./postgres-js.ts";

/**
 * A connection of its own beside the pool, for what lasts as long as a connection: session locks. When the server
 * ends it, the next query opens another, without the locks; a connection reserved from the pool would bring the
 * process down there, because postgres.js 3.4 writes to the closed socket. The caller ends it.
 */
export function openSession(sql: Sql): Sql {
  // As postgres.js itself does for LISTEN: parsed options are taken as they are.
  const options = { ...sql.options, max: 1, idle_timeout: null, max_lifetime: null };
  return postgres(options as unknown as Options<Record<string, never>>);
}
