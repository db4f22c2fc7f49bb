import type { Executor } from "../connect.ts";
import { sessions } from "../schema/index.ts";

export async function createSession(
  db: Executor,
  session: { tokenSha256: string; wallet: string; expiresAt: Date },
): Promise<void> {
  await db.insert(sessions).values(session);
}
