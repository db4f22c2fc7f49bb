import { lt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { loginNonces, sessions } from "../schema/index.ts";

/** Forgets nonces and sessions that have expired. */
export async function deleteExpiredLogins(db: Executor, now: Date): Promise<void> {
  await db.delete(loginNonces).where(lt(loginNonces.expiresAt, now));
  await db.delete(sessions).where(lt(sessions.expiresAt, now));
}
