import { hkdfSync, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { bech32 } from "@scure/base";
import { TrainChainError } from "@trainchain/protocol";
import { identityToRecipient } from "age-encryption";

const slowHash = promisify<Uint8Array, string, number, ScryptOptions, Buffer>(scrypt);
/** 64 MiB and about a fifth of a second for each guess. */
const fingerprintCost: ScryptOptions = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 ** 2 };

/** Age keys, one per context, derived from one secret and therefore never stored. */
export interface KeyRing {
  /** The secret half (`AGE-SECRET-KEY-1…`): whoever holds it reads what was sealed under `context`. */
  identityFor(context: string): Promise<string>;
  /** The public half (`age1…`): whoever holds it can seal under `context`. */
  recipientFor(context: string): Promise<string>;
  /** Tells one master secret from another, and nothing else: slow to compute (scrypt), under a salt of its own; 32 bytes in hexadecimal. */
  fingerprint(): Promise<string>;
}

/**
 * Derives X25519 identities by HKDF-SHA256 (RFC 5869): master secret as key material, no salt, the context as info,
 * 32 bytes of output taken as the X25519 scalar. Contexts come from the protocol's sealing contexts.
 */
export function createKeyRing(masterSecret: Uint8Array): KeyRing {
  if (masterSecret.length < 32) {
    throw new TrainChainError("configuration-invalid", "the master secret is shorter than 32 bytes", {
      fix: "Generate one with: openssl rand -hex 32",
    });
  }
  const secret = Uint8Array.from(masterSecret);
  const identityFor = async (context: string) => {
    const scalar = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), context, 32));
    return bech32.encodeFromBytes("AGE-SECRET-KEY-", scalar).toUpperCase();
  };
  return {
    identityFor,
    recipientFor: async (context) => identityToRecipient(await identityFor(context)),
    async fingerprint() {
      const bytes = await slowHash(secret, "trainchain/1/fingerprint", 32, fingerprintCost);
      return bytes.toString("hex");
    },
  };
}

/** A key ring that gives out no key before `proved` resolves, and none ever where that rejects. */
export function keyRingOnce(proved: Promise<void>, { fingerprint, ...ring }: KeyRing): KeyRing {
  // Each caller hears of it by its own await.
  proved.catch(() => undefined);
  return {
    fingerprint,
    identityFor: async (context) => proved.then(() => ring.identityFor(context)),
    recipientFor: async (context) => proved.then(() => ring.recipientFor(context)),
  };
}
