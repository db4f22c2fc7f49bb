import { openSession } from "@trainchain/db";
import type postgres from "postgres";

/**
 * Runs `work` unless another process or task is busy with the same `name`; then it is left to that one. The lock
 * ends with the connection, so a killed process blocks nobody.
 */
export async function runAlone(sql: postgres.Sql, name: string, work: () => Promise<void>): Promise<void> {
  const session = openSession(sql);
  try {
    const key = `trainchain/alone/${name}`;
    const [row] = await session`select pg_try_advisory_lock(hashtextextended(${key}, 0)) as held`;
    if (!row?.held) return;
    try {
      await work();
    } finally {
      await session`select pg_advisory_unlock(hashtextextended(${key}, 0))`.catch(() => undefined);
    }
  } finally {
    await session.end({ timeout: 1 });
  }
}
