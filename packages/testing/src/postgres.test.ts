import { connect } from "@trainchain/db";
import { expect, it } from "vitest";
import { startPostgres } from "./postgres.ts";

it("gives a real PostgreSQL whose new databases have the newest schema and the task queue", async () => {
  const postgres = await startPostgres();
  try {
    const connection = connect(await postgres.createDatabase());
    const [row] =
      await connection.sql`select version(), to_regclass('public.jobs') as jobs, to_regclass('pgboss.job') as queue`;
    await connection.close();
    expect(row).toMatchObject({ jobs: "jobs", queue: "pgboss.job" });
    expect(row?.version).toMatch(/^PostgreSQL 18/);
  } finally {
    await postgres.stop();
  }
});
