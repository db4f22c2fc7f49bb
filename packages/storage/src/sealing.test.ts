import {
  adapterContext,
  holdoutContext,
  resultContext,
  shardContext,
  TrainChainError,
} from "@trainchain/protocol";
import { Decrypter, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createKeyRing, keyRingOnce } from "./key-ring.ts";
import { seal, unseal } from "./sealing.ts";
import { patternedBytes, readAll } from "./testing/describe-storage.ts";

const ring = createKeyRing(new Uint8Array(32).fill(7));
const job = { chainId: 31_337, contract: `0x${"ab".repeat(20)}`, jobId: 5n } as const;
const alice = `0x${"01".repeat(20)}` as const;
const bob = `0x${"02".repeat(20)}` as const;

async function sealed(bytes: Uint8Array, context: string): Promise<Uint8Array> {
  return readAll(await seal(bytes, await ring.recipientFor(context)));
}

async function unsealed(bytes: Uint8Array, context: string): Promise<Uint8Array> {
  return readAll(await unseal(bytes, await ring.identityFor(context)));
}

describe("sealing", () => {
  test("gives back what was sealed, whatever its size and pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 200_000),
        fc.integer({ min: 1_000, max: 100_000 }),
        async (sizeBytes, pieceBytes) => {
          const bytes = patternedBytes(sizeBytes);
          const cipher = await sealed(bytes, "a");
          async function* inPieces() {
            for (let at = 0; at < cipher.length; at += pieceBytes) yield cipher.slice(at, at + pieceBytes);
          }
          const plain = await readAll(await unseal(inPieces(), await ring.identityFor("a")));
          expect(Buffer.compare(plain, bytes)).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("writes age files that any age reader opens", async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(await ring.identityFor("a"));
    expect(await decrypter.decrypt(await sealed(new TextEncoder().encode("plain"), "a"), "text")).toBe(
      "plain",
    );
  });

  test("opens under no other context", async () => {
    const adapter = adapterContext({ ...job, slot: 0, contributor: alice });
    const cipher = await sealed(patternedBytes(100), adapter);
    const others = [
      adapterContext({ ...job, slot: 1, contributor: alice }),
      adapterContext({ ...job, slot: 0, contributor: bob }),
      adapterContext({ ...job, jobId: 6n, slot: 0, contributor: alice }),
      adapterContext({ ...job, chainId: 80_002, slot: 0, contributor: alice }),
      resultContext(job),
      shardContext({ draftId: "d1", index: 0 }),
      holdoutContext({ draftId: "d1" }),
    ];
    for (const context of others) {
      await expect(unsealed(cipher, context)).rejects.toMatchObject({ code: "sealing-failed" });
    }
    expect(await unsealed(cipher, adapter)).toEqual(patternedBytes(100));
  });

  test("notices truncation at any byte", async () => {
    const cipher = await sealed(patternedBytes(140_000), "a");
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.integer({ min: 0, max: cipher.length - 1 }),
          fc.constantFrom(cipher.length - 1, 65_552 + 216, 2 * 65_552 + 216),
        ),
        async (length) => {
          await expect(unsealed(cipher.subarray(0, length), "a")).rejects.toMatchObject({
            code: "sealing-failed",
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test("notices a flipped bit anywhere", async () => {
    const cipher = await sealed(patternedBytes(3_000), "a");
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: cipher.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const altered = Uint8Array.from(cipher);
          altered[at] = altered[at]! ^ (1 << bit);
          await expect(unsealed(altered, "a")).rejects.toMatchObject({ code: "sealing-failed" });
        },
      ),
      { numRuns: 100 },
    );
  });

  test("refuses a header without end before it fills the memory", async () => {
    let taken = 0;
    async function* endless() {
      yield new TextEncoder().encode("age-encryption.org/v1\n-> X25519 ");
      while (true) {
        taken += 1_024;
        yield new Uint8Array(1_024).fill(0x61);
      }
    }
    await expect(unseal(endless(), await ring.identityFor("a"))).rejects.toMatchObject({
      code: "sealing-failed",
    });
    expect(taken).toBeLessThan(100_000);
  });

  test("refuses what is no key", async () => {
    await expect(seal(new Uint8Array(1), "age1nonsense")).rejects.toMatchObject({ code: "sealing-failed" });
    const cipher = await sealed(new Uint8Array(1), "a");
    await expect(unseal(cipher, "AGE-SECRET-KEY-1NONSENSE")).rejects.toMatchObject({
      code: "sealing-failed",
    });
  });

  test("errors repeat no key", async () => {
    const identity = (await ring.identityFor("a")).slice(0, -1);
    const error = await unseal(new Uint8Array(10), identity).catch((caught: unknown) => caught);
    expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain(identity);
  });

  test("an error of the source passes through", async () => {
    const lost = new TrainChainError("storage-unavailable", "lost");
    const cipher = await sealed(patternedBytes(100_000), "a");
    async function* breaking() {
      yield cipher.slice(0, 70_000);
      throw lost;
    }
    const reading = async () => readAll(await unseal(breaking(), await ring.identityFor("a")));
    await expect(reading()).rejects.toBe(lost);
  });
});

describe("the key ring", () => {
  test("derives the same keys from the same secret, now and later", async () => {
    expect(await createKeyRing(new Uint8Array(32)).identityFor("trainchain/1/shard/d1/0")).toBe(
      "AGE-SECRET-KEY-1E6WYP483JNKQ3NFXLQD8SLXHSPSKFZQL7F48HUEHSPCW7X4443GSYHFUTU",
    );
  });

  test("gives each context and each secret keys of their own", async () => {
    const identities = await Promise.all(["a", "b"].map((context) => ring.identityFor(context)));
    const other = await createKeyRing(new Uint8Array(32).fill(8)).identityFor("a");
    expect(new Set([...identities, other]).size).toBe(3);
    expect(await ring.recipientFor("a")).toBe(await identityToRecipient(identities[0]!));
  });

  test("tells secrets apart by a fingerprint that stays the same, and is no key", async () => {
    const fingerprint = "345449739058a8b88cfb59162f13bc317acda19e6ecd3cad358210d905a9ed30";
    expect(await createKeyRing(new Uint8Array(32)).fingerprint()).toBe(fingerprint);
    expect(await ring.fingerprint()).not.toBe(fingerprint);
  });

  test("takes no short secret", () => {
    expect(() => createKeyRing(new Uint8Array(31))).toThrow(/shorter than 32/);
  });

  test("gives no key before its secret is proved to be the right one, and none where it is another", async () => {
    const proof = Promise.withResolvers<void>();
    const held = keyRingOnce(proof.promise, ring);
    const asked = held.identityFor("a");
    const first = await Promise.race([
      asked,
      new Promise((resolve) => setTimeout(resolve, 20, "nothing yet")),
    ]);
    expect(first).toBe("nothing yet");
    proof.resolve();
    expect(await asked).toBe(await ring.identityFor("a"));
    expect(await held.recipientFor("a")).toBe(await ring.recipientFor("a"));
    const refused = keyRingOnce(Promise.reject(new Error("another secret")), ring);
    await expect(refused.identityFor("a")).rejects.toThrow("another secret");
    await expect(refused.recipientFor("a")).rejects.toThrow("another secret");
  });
});
