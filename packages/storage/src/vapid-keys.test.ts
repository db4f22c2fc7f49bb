import { createPublicKey, createSign, createVerify, ECDH } from "node:crypto";
import { expect, it } from "vitest";
import { createKeyRing } from "./key-ring.ts";
import { vapidKeysOf } from "./vapid-keys.ts";

const ringOf = (byte: number) => createKeyRing(new Uint8Array(32).fill(byte));

it("is a pair of P-256 that signs and verifies, the same each time, and another of another secret", async () => {
  const keys = await vapidKeysOf(ringOf(7));
  expect(await vapidKeysOf(ringOf(7))).toEqual(keys);
  expect((await vapidKeysOf(ringOf(8))).publicKey).not.toBe(keys.publicKey);

  const [point, scalar] = [
    Buffer.from(keys.publicKey, "base64url"),
    Buffer.from(keys.privateKey, "base64url"),
  ];
  expect([point.length, point[0], scalar.length]).toEqual([65, 4, 32]);
  expect(ECDH.convertKey(point, "prime256v1", undefined, undefined, "compressed")).toHaveLength(33);
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const jwk = { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" };
  const key = { key: { ...jwk, d: keys.privateKey }, format: "jwk" as const };
  const signature = createSign("sha256").update("notice").sign(key);
  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  expect(createVerify("sha256").update("notice").verify(publicKey, signature)).toBe(true);
});

it("stays what it was: browsers have subscribed with it", async () => {
  expect((await vapidKeysOf(ringOf(7))).publicKey).toBe(
    "BBAdEBlyBvr6zLzbzxWQ7b55vPncjZMeaUtExLhTe-rMgL9Ac9J7xOZPFdhD9YXvSBhwFt7mV8U62frGSnE9JzI",
  );
});
