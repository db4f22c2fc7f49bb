import { expect, it } from "vitest";
import { describeContribution, describeSlot } from "./state-words.ts";

const open = { jobStatus: "open", relayError: null, paidWei: null } as const;
const ended = { jobStatus: "completed", relayError: null, paidWei: null } as const;
const relayError = { code: "conflict", message: "too late", fix: "Nothing." };

it.each([
  [{ ...open, status: "accepted" }, "Training"],
  [{ ...open, status: "accepted", relayError }, "Not on chain"],
  [{ ...open, status: "submitted" }, "Delivered"],
  [{ ...open, status: "rejected", relayError }, "Refused"],
  [{ ...open, status: "released" }, "Deadline missed"],
  [{ ...ended, status: "submitted", paidWei: "1" }, "Paid"],
  [{ ...ended, status: "submitted" }, "Delivered"],
  [{ ...ended, status: "accepted" }, "Not delivered"],
  [{ ...ended, status: "rejected" }, "Refused"],
  [{ ...open, status: "rejection-pending", relayError }, "Refused for now"],
  [{ ...ended, status: "rejection-appealed" }, "Appealed"],
  [{ ...open, status: "reinstated" }, "Reinstated"],
  [{ ...ended, status: "reinstated", paidWei: "1" }, "Paid"],
] as const)("of %j a contributor reads %j", (contribution, text) => {
  expect(describeContribution(contribution).text).toBe(text);
});

it("a delivery is paid once its job has ended", () => {
  expect(describeSlot({ status: "submitted" }, "open").text).toBe("Delivered");
  expect(describeSlot({ status: "submitted" }, "settled").text).toBe("Paid");
});
