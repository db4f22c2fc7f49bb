import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { sessions } from "../schema/index.ts";

export async function deleteSession(db: Executor, tokenSha256: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.tokenSha256, tokenSha256));
}
