import { type Postgres, startPostgres } from "@trainchain/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, connect } from "./connect.ts";
import { migrate } from "./migrate.ts";
import { enqueueTask } from "./queue/enqueue-tasks.ts";
import { type DatabaseProcess, processNames, writtenTables } from "./roles.ts";

let postgres: Postgres;
let connections: Record<DatabaseProcess, Connection>;
const refused = "42501";

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.createRoles();
  await postgres.createDatabase("roles");
  // Again, as with every release.
  await migrate(postgres.url("roles"));
  const entries = processNames.map((name) => [name, connect(postgres.url("roles", name), { poolSize: 1 })]);
  connections = Object.fromEntries(entries);
});
afterAll(async () => {
  await Promise.all(Object.values(connections ?? {}).map(({ close }) => close()));
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

  it("queues tasks", async () => {
    const { db } = connections[process];
    const payload = { escrow: `0x${"e".repeat(40)}` as const, jobId: "1" };
    await enqueueTask(db, "advance-job", payload, { key: `advance-job/${process}` });
  });
});
