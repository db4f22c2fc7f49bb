import { sql } from "drizzle-orm";
import { contributorStats } from "../schema/index.ts";

/**
 * What a contributor's public page is found by: 16 hexadecimal digits of sha256("trainchain/profile/" + wallet). It
 * keeps full wallets out of pages and their addresses. An index of the same expression serves it.
 */
export const profileId = sql<string>`left(encode(sha256(('trainchain/profile/' || ${contributorStats.contributor})::bytea), 'hex'), 16)`;
