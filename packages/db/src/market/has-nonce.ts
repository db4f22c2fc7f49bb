import { and, eq, gt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { loginNonces } from "../schema/index.ts";

/** Whether a nonce was handed out, is not used yet and has not expired; it stays so. */
export async function hasNonce(db: Executor, nonce: string, now: Date): Promise<boolean> {
  return (
    (await db.$count(loginNonces, and(eq(loginNonces.nonce, nonce), gt(loginNonces.expiresAt, now)))) === 1
  );
}
