import { eq } from "drizzle-orm";
import type { Transaction } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Keeps others who lock this upload waiting until the transaction ends; false where there is none any more. */
export async function lockUpload(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.select({ id: uploads.id }).from(uploads).where(eq(uploads.id, id)).for("update");
  return rows.length > 0;
}
