import { expect, it } from "vitest";
import { toCsv } from "./earnings.ts";

it("writes one quoted row a slot, with amounts in POL, and runs nobody's text as a formula", () => {
  const csv = toCsv([
    {
      jobId: "7",
      escrow: "0x",
      jobStatus: "completed",
      model: '=HYPERLINK("x"),y',
      slot: 0,
      status: "submitted",
      deadline: null,
      acceptedAt: "2026-03-04T12:00:00.000Z",
      adapterCid: null,
      paidWei: "500000000000000000",
      pendingWei: null,
      transactions: { accepted: "0xa1", submitted: null, ended: "0xe1" },
      relayError: null,
    },
  ]);
  expect(csv.split("\r\n")[1]).toBe(
    `7,2026-03-04T12:00:00.000Z,"'=HYPERLINK(""x""),y",0,submitted,completed,0.5,,,0xa1,,0xe1`,
  );
});
