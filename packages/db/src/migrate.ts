import { fileURLToPath } from "node:url";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import { runMigrations as migrateQueue } from "graphile-worker";
import { connect } from "./connect.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** Brings the database at `url` to the newest schema, the task queue's included. Safe to run by several processes at once. */
export async function migrate(url: string): Promise<void> {
  const { db, sql, close } = connect(url, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    await sql.reserve().then(async (session) => {
      await session`select pg_advisory_lock(${migrationLock})`;
      try {
        await runMigrations(db, { migrationsFolder });
        await migrateQueue({ connectionString: url });
      } finally {
        await session`select pg_advisory_unlock(${migrationLock})`;
        session.release();
      }
    });
  } finally {
    await close();
  }
}

/** An arbitrary constant that names the migration lock in PostgreSQL. */
const migrationLock = 7_461_300_001;
