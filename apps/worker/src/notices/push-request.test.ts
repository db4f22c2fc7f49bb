import { type Notice, webhookLimits } from "@trainchain/protocol";
import { createKeyRing, vapidKeysOf } from "@trainchain/storage";
import { expect, it } from "vitest";
import { createSubscriber, openPush, openVapid } from "../test-world/push-service.ts";
import { pushRequest } from "./push-request.ts";

const vapid = {
  ...(await vapidKeysOf(createKeyRing(new Uint8Array(32).fill(7)))),
  subject: "mailto:notices@example.org",
};
const endpoint = "https://push.example.org:8443/wpush/v2/a?b=c";
const id = `msg_${"0a".repeat(16)}`;
const paid: Notice = {
  type: "reward.paid",
  timestamp: "2026-11-30T09:00:00.000Z",
  data: { jobId: "7", amountWei: "600000000000000000" },
};

it("the browser of these tests reads the example of RFC 8291, section 5", () => {
  const body =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
  const subscriber = {
    privateKey: Buffer.from("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "base64url"),
    keys: {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
  };
  expect(openPush(Buffer.from(body, "base64url"), subscriber)).toBe(
    "When I grow up, I want to be a watermelon",
  );
});

it("is read by its browser alone, and signed for its push service with the platform's key", async () => {
  const browser = createSubscriber();
  const { url, headers, body } = await pushRequest({ endpoint, keys: browser.keys, id, notice: paid, vapid });
  expect(url).toBe(endpoint);
  expect(JSON.parse(openPush(body as Uint8Array, browser))).toEqual({
    ...{ id, title: "Job 7", text: "You were paid 0.6 POL." },
    path: "/job/7",
  });
  expect(() => openPush(body as Uint8Array, createSubscriber())).toThrow();
  expect(headers).toMatchObject({
    "content-encoding": "aes128gcm",
    "content-length": String(body.length),
    topic: "0a".repeat(16),
    ttl: String(webhookLimits.pushTtlS),
  });
  const { publicKey, claims } = openVapid(headers.authorization ?? "");
  expect(publicKey).toBe(vapid.publicKey);
  expect(claims).toMatchObject({ aud: "https://push.example.org:8443", sub: vapid.subject });
  const hours = (Number(claims.exp) - Date.now() / 1_000) / 3_600;
  expect(hours).toBeGreaterThan(1);
  expect(hours).toBeLessThan(24);
  // What the browser shares with us goes nowhere.
  expect(JSON.stringify([url, headers])).not.toContain(browser.keys.auth);
});

it("has room in a push message, however much there is to say", async () => {
  const browser = createSubscriber();
  const notice: Notice = {
    ...paid,
    type: "draft.failed",
    data: { draftId: "d", message: "語".repeat(5_000) },
  };
  const { body } = await pushRequest({ endpoint, keys: browser.keys, id, notice, vapid });
  expect(body.length).toBeLessThanOrEqual(4_096);
  const { text, path } = JSON.parse(openPush(body as Uint8Array, browser));
  expect(text).toMatch(/^Your request could not be prepared\. 語+$/);
  expect(path).toBe("/draft/d");
});

it("is signed for whom it is sent to, however the address is written", async () => {
  const { keys } = createSubscriber();
  const written = "https://push.example.org\\@elsewhere.example/";
  const { url, headers } = await pushRequest({ endpoint: written, keys, id, notice: paid, vapid });
  expect(openVapid(headers.authorization ?? "").claims.aud).toBe(new URL(url).origin);
});
