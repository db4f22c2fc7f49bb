import { and, eq, isNull, type SQL } from "drizzle-orm";
import { uploads } from "./market.ts";

/** Of `uploads`: that a wallet has begun to send an adapter, for whatever job, which has not come whole. */
export function isAdapterUnderWay(owner: string): SQL | undefined {
  return and(eq(uploads.owner, owner), eq(uploads.purpose, "adapter"), isNull(uploads.finishedAt));
}
