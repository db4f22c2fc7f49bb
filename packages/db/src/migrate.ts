import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { migrate as runMigrations } from "drizzle-orm/node-postgres/migrator";
import { connect } from "./connect.ts";
import { migrateQueues } from "./queue/queues.ts";
import { takeOverTasks } from "./queue/take-over-tasks.ts";
import { grantRoles } from "./roles.ts";
import { tryLock } from "./session.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/**
 * Brings the database at `url` to the newest schema, the task queue's included, and its processes' roles to what they
 * may do. Safe to run by several processes at once.
 */
export async function migrate(url: string): Promise<void> {
  const { db, openSession, close } = connect(url, { poolSize: 1, statementTimeoutMs: 0 });
  try {
    const session = await openSession();
    try {
      while (!(await tryLock(session, "trainchain/migration"))) await pause(100);
      await runMigrations(db, { migrationsFolder });
      await migrateQueues(url);
      await takeOverTasks(db);
      await grantRoles(db);
    } finally {
      await session.end();
    }
  } finally {
    await close();
  }
}
