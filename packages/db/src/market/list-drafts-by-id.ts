import { inArray } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";
import { type DraftRecord, selectDrafts, toDraftRecord } from "./select-drafts.ts";

/** The drafts with these ids, in no order. */
export async function listDraftsById(
  db: Executor,
  { ids, escrow }: { ids: readonly string[]; escrow: string },
): Promise<DraftRecord[]> {
  if (ids.length === 0) return [];
  const rows = await selectDrafts(db, escrow).where(inArray(drafts.id, [...ids]));
  return rows.map(toDraftRecord);
}
