import { type TaskName, taskNames } from "@trainchain/protocol";
import { type Postgres, startPostgres } from "@trainchain/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, connect } from "./connect.ts";
import { migrate } from "./migrate.ts";
import { enqueueTasks, type QueuedTask } from "./queue/enqueue-tasks.ts";
import { failedQueue } from "./queue/queues.ts";
import { type DatabaseProcess, processNames, queuedTasks, writtenTables } from "./roles.ts";

let postgres: Postgres;
let connections: Record<DatabaseProcess, Connection>;
let owner: Connection;
const refused = "42501";
const failure = "insert into pgboss.job_common (name, singleton_key, policy) values ($1, $2, 'standard')";

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.createRoles();
  await postgres.createDatabase("roles");
  // Again, as with every release.
  await migrate(postgres.url("roles"));
  owner = connect(postgres.url("roles"), { poolSize: 1 });
  const entries = processNames.map((name) => [name, connect(postgres.url("roles", name), { poolSize: 1 })]);
  connections = Object.fromEntries(entries);
});
afterAll(async () => {
  await Promise.all([owner, ...Object.values(connections ?? {})].map((connection) => connection?.close()));
  await postgres?.stop();
});

/** PostgreSQL's code for what became of a statement. */
async function codeOf(process: DatabaseProcess, text: string): Promise<string> {
  return connections[process].pool.query(text).then(
    () => "done",
    ({ code }) => code,
  );
}

it("every table has one writer", async () => {
  const { rows } = await connections.api.pool.query(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  expect(Object.values(writtenTables).flat().sort()).toEqual(rows.map(({ name }) => name));
});

it("every kind of task has its queue", async () => {
  const { rows } = await connections.worker.pool.query("select name from pgboss.queue");
  expect(rows.map(({ name }) => name).sort()).toEqual([...taskNames, failedQueue].sort());
});

describe.each(processNames)("the %s", (process) => {
  const own = writtenTables[process];
  const theirs = processNames.filter((name) => name !== process).flatMap((name) => writtenTables[name]);

  it("reads everything and writes its own tables", async () => {
    for (const table of [...own, ...theirs])
      expect([table, await codeOf(process, `select from ${table}`)]).toEqual([table, "done"]);
    for (const table of own) {
      // A row without values is refused by the table, not by its rights.
      expect([table, await codeOf(process, `insert into ${table} default values`)]).not.toContain(refused);
      for (const change of [`delete from ${table}`, `truncate ${table}`])
        expect([change, await codeOf(process, change)]).toEqual([change, "done"]);
    }
  });

  it("is refused each change of another's table, and of any table's shape", async () => {
    for (const table of theirs)
      for (const change of [
        `insert into ${table} default values`,
        `delete from ${table} where false`,
        `truncate ${table}`,
        `alter table ${table} add column mine int`,
      ])
        expect([change, await codeOf(process, change)]).toEqual([change, refused]);
    expect(await codeOf(process, `alter table ${own[0]} add column mine int`)).toBe(refused);
    expect(await codeOf(process, "create table mine (n int)")).toBe(refused);
    expect(await codeOf(process, "set role postgres")).toBe(refused);
  });

  it("queues its tasks, once for each key, and gives what failed of the same job another chance", async () => {
    const { db, pool } = connections[process];
    const key = `of-the-${process}`;
    const names = process === "worker" ? taskNames : queuedTasks[process];
    await owner.pool.query(failure, [failedQueue, key]);
    for (const name of names) for (const turn of [1, 2]) await enqueueTasks(db, [queued(name, key, turn)]);
    const { rows } = await pool.query(
      "select name, data->>'turn' as turn from pgboss.job where singleton_key = $1 order by name",
      [key],
    );
    expect(rows).toEqual([...names].sort().map((name) => ({ name, turn: "2" })));
  });
});

describe.each(["api", "indexer"] as const)("the %s, which does no tasks,", (process) => {
  const others = taskNames.filter((name) => !queuedTasks[process].includes(name));

  it.each(others)("is refused a task of %s", async (name) => {
    const { db } = connections[process];
    await expect(enqueueTasks(db, [queued(name, "forged")])).rejects.toMatchObject({
      cause: { code: refused },
    });
  });

  it("changes and removes no other's task that waits, and none that runs, nor any kind of task", async () => {
    const { pool } = connections[process];
    const changed = async (text: string) => (await pool.query(text)).rowCount;
    await owner.pool.query("delete from pgboss.job");
    const mine = queuedTasks[process][0]!;
    await enqueueTasks(
      owner.db,
      [...others, mine].map((name) => queued(name, "waits")),
    );
    for (const table of ["pgboss.job", "pgboss.job_common"]) {
      expect(await changed(`update ${table} set data = '{}'`)).toBe(1);
      expect(await changed(`delete from ${table}`)).toBe(0);
      expect(await codeOf(process, `truncate ${table}`)).toBe(refused);
      // Another queue's name for one's own task, and an end that it did not come to.
      expect(await codeOf(process, `update ${table} set name = '${others[0]}'`)).toBe(refused);
      expect(await codeOf(process, `update ${table} set state = 'completed'`)).toBe(refused);
    }
    await owner.pool.query("update pgboss.job set state = 'active'");
    expect(await changed("update pgboss.job set data = '{}'")).toBe(0);
    expect(await changed("select from pgboss.job")).toBe(others.length + 1);
    for (const change of ["update pgboss.queue set retry_limit = 0", "delete from pgboss.version"])
      expect([change, await codeOf(process, change)]).toEqual([change, refused]);
  });
});

/** A task of any kind, whose payload only the queue looks at. */
function queued(name: TaskName, key: string, turn = 1): QueuedTask {
  return { name, payload: { turn }, key } as unknown as QueuedTask;
}
