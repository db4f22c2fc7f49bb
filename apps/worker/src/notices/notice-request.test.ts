import { createHmac } from "node:crypto";
import { type Notice, noticeTypes } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { noticeRequest } from "./notice-request.ts";

const key = Buffer.alloc(32, 7);
const secret = `whsec_${key.toString("base64")}`;
const timestamp = "2026-11-30T09:00:00.000Z";
const paid: Notice = {
  type: "reward.paid",
  timestamp,
  data: { jobId: "7", amountWei: "600000000000000000" },
};

it("is signed as Standard Webhooks say", () => {
  const url = "https://example.org/notices";
  const { headers, body, ...request } = noticeRequest({ url, id: "msg_1", secret, notice: paid });
  expect(request).toEqual({ url });
  expect(JSON.parse(body)).toEqual(paid);
  expect(headers).toMatchObject({ "webhook-id": "msg_1", "content-type": "application/json" });
  const signed = `msg_1.${headers["webhook-timestamp"]}.${body}`;
  const signature = createHmac("sha256", key).update(signed).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
  expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1_000)).toBeLessThan(300);
});

it("is a line of text for a topic of an ntfy server, without the secret's signature", () => {
  const request = noticeRequest({
    url: "ntfy://ntfy.example.org/my-jobs",
    id: "msg_1",
    secret,
    notice: paid,
  });
  expect(request).toEqual({
    url: "https://ntfy.example.org/my-jobs",
    headers: { "content-type": "text/plain; charset=utf-8", title: "Job 7" },
    body: "You were paid 0.6 POL.",
  });
});

it.each(noticeTypes)("%s has words, and nothing in them is undefined", (type) => {
  const data = { jobId: "7", contributor: "0x1234…5678", status: "completed", round: 1, amountWei: "1" };
  const { body, headers } = noticeRequest({
    ...{ url: "ntfy://ntfy.example.org/t", id: "msg_1", secret },
    notice: { type, timestamp, data },
  });
  expect(body).toMatch(/^[A-Z0].+[.]$/);
  expect(`${headers.title} ${body}`).not.toMatch(/undefined|null/);
});
