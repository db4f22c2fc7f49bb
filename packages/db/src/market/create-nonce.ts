import type { Executor } from "../connect.ts";
import { loginNonces } from "../schema/index.ts";

/** Remembers a nonce that was handed out for one login. */
export async function createNonce(db: Executor, nonce: { nonce: string; expiresAt: Date }): Promise<void> {
  await db.insert(loginNonces).values(nonce);
}
