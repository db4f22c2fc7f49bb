import { type Connection, tryLock, unlock } from "@trainchain/db";

/**
 * Runs `work` unless another process or task is busy with the same `name`; then it is left to that one, and nothing is
 * returned. The lock ends with the connection, so a killed process blocks nobody.
 */
export async function runAlone<Result>(
  { openSession }: Pick<Connection, "openSession">,
  name: string,
  work: () => Promise<Result>,
): Promise<{ result: Result } | undefined> {
  const session = await openSession();
  const lock = `trainchain/alone/${name}`;
  try {
    if (!(await tryLock(session, lock))) return undefined;
    return { result: await work().finally(() => unlock(session, lock)) };
  } finally {
    await session.end();
  }
}
