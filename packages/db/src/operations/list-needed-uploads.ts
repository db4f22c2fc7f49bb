import type { ClientBase } from "pg";

/** Ids of the uploads whose files are still needed: finished datasets of drafts that are not decided yet. Later rounds and changed drafts need none. */
export async function listNeededUploads(snapshot: ClientBase): Promise<string[]> {
  const { rows } = await snapshot.query<{ id: string }>(`
    select uploads.id
    from drafts
    join uploads on uploads.id = drafts.upload_id
    left join preparations on preparations.draft_id = drafts.id
    where drafts.round = 1 and drafts.changed_from_id is null and drafts.deleted_at is null and coalesce(preparations.status, 'preparing') = 'preparing'`);
  return rows.map(({ id }) => id);
}
