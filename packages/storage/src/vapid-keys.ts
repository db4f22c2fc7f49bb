import { createECDH, hkdfSync } from "node:crypto";
import { pushContext } from "@trainchain/protocol";
import type { KeyRing } from "./key-ring.ts";

/** A key pair of P-256, each half in base64url: the uncompressed point (65 bytes), and the scalar (32 bytes). */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** The order of P-256's group (SEC 2, section 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * What push services know the platform by (RFC 8292): derived, so kept nowhere, and the same for as long as the secret
 * is. The scalar is made as FIPS 186-5 says in A.2.1: 64 bits more than the order has, here by HKDF-SHA256 from the
 * ring's key, taken modulo the order less one, plus one; so it lies in [1, order - 1], and no value is likelier than
 * another by more than 2^-64.
 */
export async function vapidKeysOf(keys: KeyRing): Promise<VapidKeys> {
  const identity = await keys.identityFor(pushContext());
  const bytes = new Uint8Array(hkdfSync("sha256", identity, new Uint8Array(0), "vapid/p-256", 40));
  const number = (BigInt(`0x${Buffer.from(bytes).toString("hex")}`) % (order - 1n)) + 1n;
  const scalar = Buffer.from(number.toString(16).padStart(64, "0"), "hex");
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(scalar);
  return { publicKey: pair.getPublicKey("base64url"), privateKey: scalar.toString("base64url") };
}
