import { lt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { loginNonces, rateLimits, sessions } from "../schema/index.ts";

/** Forgets nonces, sessions and counts of requests that have expired. */
export async function deleteExpiredLogins(db: Executor, now: Date): Promise<void> {
  await db.delete(loginNonces).where(lt(loginNonces.expiresAt, now));
  await db.delete(sessions).where(lt(sessions.expiresAt, now));
  await db.delete(rateLimits).where(lt(rateLimits.expire, now.getTime()));
}
