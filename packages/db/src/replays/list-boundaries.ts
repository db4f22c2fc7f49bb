import { and, eq, isNotNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";
import type { SlotKey } from "./replays.ts";

/** A boundary that a contributor has begun to hand over. */
export interface HandedOver {
  /** Of its upload. */
  id: string;
  boundary: number;
  /** Of what lies here, or is to. */
  sizeBytes: number;
  /** Of the sealed file; null until all of it is here, and again once a newer copy has taken its place. */
  cid: string | null;
  /** The hashes that lead from it to the root, as its contributor says. */
  path: string[];
  createdAt: Date;
  /** Null until all of it is here. */
  finishedAt: Date | null;
}

/** Every upload of a slot's boundaries, oldest first. */
export async function listBoundaries(
  db: Executor,
  { escrow, jobId, contributor }: SlotKey,
): Promise<HandedOver[]> {
  const rows = await db
    .select()
    .from(uploads)
    .where(
      and(
        and(eq(uploads.escrow, escrow), eq(uploads.jobId, jobId), eq(uploads.owner, contributor)),
        isNotNull(uploads.boundary),
      ),
    )
    .orderBy(uploads.createdAt, uploads.id);
  return rows.map(({ id, boundary, sizeBytes, cid, path, createdAt, finishedAt }) => ({
    id,
    sizeBytes,
    boundary: boundary ?? 0,
    cid,
    path: path ?? [],
    createdAt,
    finishedAt,
  }));
}
