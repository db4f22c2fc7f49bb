import { useDatabase } from "@trainchain/testing/use-database";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { migrate } from "../migrate.ts";

const connection = useDatabase();

/** What graphile-worker 0.18 left of two tasks of ours, and of one without a key, which it made for itself. */
const leftOver = sql`
  create schema graphile_worker;
  create table graphile_worker._private_tasks (id int primary key, identifier text);
  create table graphile_worker._private_jobs (id bigint, task_id int, key text, payload json);
  insert into graphile_worker._private_tasks values (1, 'advance-job'), (2, 'relay-submission');
  insert into graphile_worker._private_jobs values
    (1, 1, 'advance-job/0xe5/7', '{"escrow":"0xe5","jobId":"7"}'),
    (2, 2, 'relay-submission/0xe5/7', '{"escrow":"0xe5","jobId":"7"}'),
    (3, 1, null, '{}');`;

it("what the queue of the releases before still held is queued once, whoever migrates how often", async () => {
  const { db } = connection;
  await db.execute(leftOver);
  await migrate(connection.url);
  await migrate(connection.url);
  const { rows } = await db.execute(sql`
    select name, singleton_key as key, data->>'jobId' as "jobId" from pgboss.job order by name`);
  expect(rows).toEqual([
    { name: "advance-job", key: "advance-job/0xe5/7", jobId: "7" },
    { name: "relay-submission", key: "relay-submission/0xe5/7", jobId: "7" },
  ]);
});
