import { z } from "zod";

/** An EVM address as a document has it, in any case. */
export const addressTextSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "expected an address: 0x and 40 hexadecimal digits");

/** An EVM address, kept in lower case everywhere but on screen. */
export const addressSchema = addressTextSchema.transform((address) => address.toLowerCase() as Address);

/** The zero address, which the escrow takes for nobody. */
export const nobody: Address = "0x0000000000000000000000000000000000000000";

export const hashSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "expected a hash: 0x and 64 hexadecimal digits")
  .transform((hash) => hash.toLowerCase() as `0x${string}`);

export const signatureSchema = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2}){1,4096}$/, "expected a signature: 0x and hexadecimal digits")
  .transform((signature) => signature as `0x${string}`);

/** A CIDv1 in base32, as `ipfs add --cid-version=1` prints it (raw or dag-pb, sha2-256). */
export const cidSchema = z
  .string()
  .regex(/^baf(kre|ybe)i[a-z2-7]{52}$/, "expected a CID: bafkrei… or bafybei…, 59 characters");

/** Wei as a decimal string on the wire and as bigint in code. */
export const weiSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/, "expected an amount in wei: a whole number without sign or leading zeros")
  .transform((wei) => BigInt(wei));

/** A job's number as a document has it. */
export const jobIdTextSchema = z.string().regex(/^(0|[1-9][0-9]{0,18})$/, "expected a job number");

/** A job's number in the escrow, as a decimal string on the wire. */
export const jobIdSchema = jobIdTextSchema.transform((id) => BigInt(id));

export const seedSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** Opaque, forward-only paging used by every list. */
export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

export type Address = `0x${string}`;
