import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/** A relayed call's purpose without the content that it names: call, escrow, job and contributor. */
export function slotOfPurpose(purpose: PgColumn): SQL {
  return sql`regexp_replace(${purpose}, '/[^/]*$', '')`;
}
