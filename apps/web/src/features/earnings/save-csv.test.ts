import type { ContributionView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { toCsv } from "./save-csv.ts";

const contribution: ContributionView = {
  jobId: "7",
  escrow: "0xe5",
  jobStatus: "completed",
  model: "toy-model",
  slot: 0,
  status: "submitted",
  deadline: null,
  acceptedAt: "2026-11-22T10:00:00.000Z",
  adapterCid: null,
  paidWei: "950000000000000000",
  pendingWei: null,
  transactions: { accepted: null, submitted: null, ended: null },
  relayError: null,
};

it("writes a header and one line a contribution, with exact wei and nothing where nothing is known", () => {
  expect(toCsv([contribution])).toBe(
    "jobId,escrow,model,jobStatus,status,acceptedAt,deadline,adapterCid,paidWei,pendingWei\r\n" +
      '"7","0xe5","toy-model","completed","submitted","2026-11-22T10:00:00.000Z","","","950000000000000000",""\r\n',
  );
});

it.each([
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["+1", "'+1"],
  ["@sum", "'@sum"],
  ['say "hi", then', 'say ""hi"", then'],
])("a model called %j is text in a spreadsheet, never a formula", (model, written) => {
  expect(toCsv([{ ...contribution, model }])).toContain(`"7","0xe5","${written}",`);
});
