import { and, eq, gt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { loginNonces } from "../schema/index.ts";

/** Uses a nonce up; false when it was never handed out, is used already or has expired. */
export async function consumeNonce(db: Executor, nonce: string, now: Date): Promise<boolean> {
  const used = await db
    .delete(loginNonces)
    .where(and(eq(loginNonces.nonce, nonce), gt(loginNonces.expiresAt, now)))
    .returning({ nonce: loginNonces.nonce });
  return used.length === 1;
}
