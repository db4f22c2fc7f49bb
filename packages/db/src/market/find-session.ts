import { and, eq, gt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { sessions } from "../schema/index.ts";

/** The unexpired session with this token digest. */
export async function findSession(
  db: Executor,
  tokenSha256: string,
  now: Date,
): Promise<{ wallet: string; expiresAt: Date } | undefined> {
  const [session] = await db
    .select({ wallet: sessions.wallet, expiresAt: sessions.expiresAt })
    .from(sessions)
    .where(and(eq(sessions.tokenSha256, tokenSha256), gt(sessions.expiresAt, now)));
  return session;
}
