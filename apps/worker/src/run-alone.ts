import { type Connection, tryLock, unlock } from "@trainchain/db";

/**
 * Runs `work` unless another process or task is busy with the same `name`; then it is left to that one, and false is
 * returned. The lock ends with the connection, so a killed process blocks nobody.
 */
export async function runAlone(
  { openSession }: Pick<Connection, "openSession">,
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const session = await openSession();
  const lock = `trainchain/alone/${name}`;
  try {
    if (!(await tryLock(session, lock))) return false;
    await work().finally(() => unlock(session, lock));
    return true;
  } finally {
    await session.end();
  }
}
