import { z } from "zod";

/** Wei in an answer: a decimal string, because JSON has no bigint. `BigInt(text)` is the amount. */
export const weiTextSchema = z.string().regex(/^(0|[1-9][0-9]{0,77})$/, "expected an amount in wei");

/** A moment in an answer, ISO 8601 in UTC. */
export const momentTextSchema = z.iso.datetime();
