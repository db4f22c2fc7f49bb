import { sql } from "drizzle-orm";
import { drafts, preparations } from "../schema/index.ts";

/** Whether a draft is there for its requester: one of a later round is not before that round can be paid for. */
export const isShown = sql`(${drafts.round} = 1 or exists (
  select from ${preparations} where ${preparations.draftId} = ${drafts.id}))`;
