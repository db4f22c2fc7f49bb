import { expect, it } from "vitest";
import { contributionsCsv } from "./contributions-csv.ts";
import type { ContributionView } from "./views/contributor-view.ts";

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
  transactions: { accepted: "0xa1", submitted: null, ended: "0xe1" },
  paidBy: null,
  relayError: null,
};

const lineOf = (changes: Partial<ContributionView>) =>
  contributionsCsv([{ ...contribution, ...changes }]).split("\r\n")[1];

it("writes a header and one line a contribution, with nothing where nothing is known", () => {
  expect(contributionsCsv([contribution])).toBe(
    "job,accepted_at,model,slot,slot_status,job_status,paid_pol,pending_pol,adapter_cid,accepted_transaction,submitted_transaction,ended_transaction,deadline,escrow\r\n" +
      "7,2026-11-22T10:00:00.000Z,toy-model,0,submitted,completed,0.95,,,0xa1,,0xe1,,0xe5\r\n",
  );
});

it.each([
  ["0", "0"],
  ["1", "0.000000000000000001"],
  ["1000000000000000000", "1"],
  ["120000000000000000000", "120"],
  ["1234500000000000000001", "1234.500000000000000001"],
])("%s wei are %s POL, to the wei", (paidWei, written) => {
  expect(lineOf({ paidWei })).toContain(`,completed,${written},,`);
});

it.each([
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ['=HYPERLINK("x"),y', `"'=HYPERLINK(""x""),y"`],
  ["+1", "'+1"],
  ["@sum", "'@sum"],
  ['say "hi", then', '"say ""hi"", then"'],
])("a model called %j is text in a spreadsheet, never a formula", (model, written) => {
  expect(lineOf({ model })).toContain(`Z,${written},0,`);
});
