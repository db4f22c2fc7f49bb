import { registerHooks } from "node:module";

/**
 * postgres.js 3.4.9 does not outlive a restart of the server. What is sent to a connection that has just closed, as
 * the `rollback` of its transaction is, brings the process down; what was about to be sent stays in its buffer, so
 * that it never opens again; what was sent between its failure and its end is still waited for when it is open again,
 * so that every later answer goes to the statement before; and what a transaction sends after its connection was lost
 * is carried out by itself. The first two are known (porsager/postgres issues 1154 and 1208), their fixes (pull
 * requests 1168 and 1209) not released. These lines are replaced as the module is loaded; a version without them is
 * refused.
 */
const mends: Record<string, { line: string; by: string }[]> = {
  "/postgres/src/connection.js": [
    {
      line: "if (q.cancelled)\n      return\n",
      // True: the query is done with, and the connection not busy.
      by: `if (q.cancelled)
      return

    if (!socket)
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true
`,
    },
    {
      line: "socket = null\n\n    if (initial)",
      by: "socket = chunk = nextWriteTimer = errorResponse = null\n\n    if (initial)",
    },
    {
      line: "!hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      by: `if (query || sent.length) error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = null
`,
    },
  ],
  "/postgres/src/index.js": [
    { line: "let savepoints = 0\n", by: "let savepoints = 0, lost\n" },
    { line: "connection.onclose = reject)", by: "connection.onclose = error => reject(lost = error))" },
    {
      line: "q.catch(e => uncaughtError || (uncaughtError = e))\n",
      by: `q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)
`,
    },
  ],
};
const mended = new Set<string>();

function mend(file: string, source: string): string {
  mended.add(file);
  return (mends[file] ?? []).reduce((text, { line, by }) => {
    if (text.split(line).length === 2) return text.replace(line, () => by);
    throw new Error("postgres.js has changed: see whether packages/db/src/postgres-js.ts is still needed");
  }, source);
}

const hooks = registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = Object.keys(mends).find((name) => url.endsWith(name));
    if (!file) return loaded;
    return { ...loaded, source: mend(file, Buffer.from(loaded.source as Buffer).toString("utf8")) };
  },
});
// Drizzle's driver loads postgres.js too: nothing else may import either.
export const { default: postgres } = await import("postgres");
export const { drizzle } = await import("drizzle-orm/postgres-js");
hooks.deregister();
if (mended.size !== Object.keys(mends).length)
  throw new Error("postgres.js was loaded before packages/db/src/postgres-js.ts could mend it");
