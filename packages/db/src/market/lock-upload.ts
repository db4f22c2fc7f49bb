import { eq } from "drizzle-orm";
import type { Transaction } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Keeps others who lock this upload waiting until the transaction ends. */
export async function lockUpload(tx: Transaction, id: string): Promise<void> {
  await tx.select({ id: uploads.id }).from(uploads).where(eq(uploads.id, id)).for("update");
}
