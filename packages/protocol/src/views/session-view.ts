import { z } from "zod";
import { momentTextSchema } from "./amounts.ts";

/** Times are the server's: a message that takes them over is good however wrong the caller's clock is. */
export const nonceViewSchema = z.object({
  nonce: z.string(),
  issuedAt: momentTextSchema,
  expiresAt: momentTextSchema,
});

/** Body of POST /auth/login: an EIP-4361 message with the nonce in it, and the wallet's signature of it. */
export const loginSchema = z.object({
  message: z.string().min(1).max(4_000),
  signature: z.string().regex(/^0x[0-9a-fA-F]{2,16384}$/, "expected a signature: 0x and hexadecimal digits"),
});

export const sessionViewSchema = z.object({ wallet: z.string(), expiresAt: momentTextSchema });

/** The token is shown this once; the server keeps only its digest. */
export const loginViewSchema = sessionViewSchema.extend({ token: z.string() });

export type NonceView = z.infer<typeof nonceViewSchema>;
export type SessionView = z.infer<typeof sessionViewSchema>;
export type LoginView = z.infer<typeof loginViewSchema>;
