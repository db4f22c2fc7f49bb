import { parseJson, TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

/** Reads an opaque cursor back into the key it was made from; anything else than our own is refused. */
export function readCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new TrainChainError("invalid-input", "cursor: not one that this list gave out", {
    fix: "Pass nextCursor of the page before, unchanged, or leave it out to begin anew.",
  });
}

/**
 * A page of `limit` out of the up to `limit + 1` rows that were read: one more row than asked for means that
 * there is a next page, which begins after the last row shown.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly unknown[],
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(toItem),
    nextCursor: last ? Buffer.from(JSON.stringify(keyOf(last))).toString("base64url") : null,
  };
}

/** Parts of a cursor: an ISO moment and a whole number as text. */
export const cursorMoment = z.iso.datetime().transform((text) => new Date(text));
export const cursorBigint = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,18})$/)
  .transform((text) => BigInt(text));
