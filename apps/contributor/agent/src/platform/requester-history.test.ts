import type { JobView, SlotView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { requesterHistoryOf } from "./requester-history.ts";

const slot = (contributor: string, status: SlotView["status"] = "submitted"): SlotView => ({
  ...{ contributor, status, yours: false, slot: 0, deadline: null, progress: null },
  ...{ completionRate: null, requesters: 0, paidAtLeastWei: "0" },
});
const job = (status: JobView["status"], shareWei: string, slots: SlotView[]) => ({ status, shareWei, slots });

it("what a requester paid and to how many wallets is of the deliveries that were paid for, each wallet once", () => {
  const history = requesterHistoryOf([
    job("completed", "100", [
      slot("a"),
      slot("b", "reinstated"),
      slot("c", "rejected"),
      slot("d", "released"),
    ]),
    job("settled", "7", [slot("a")]),
    job("open", "1000", [slot("e")]),
    job("cancelled", "1000", []),
    job("expired", "1000", [slot("f", "released")]),
  ]);
  expect(history).toEqual({ jobs: 5, paidOut: 2, cancelled: 1, expired: 1, paidWei: "207", contributors: 2 });
  const none = { jobs: 0, paidOut: 0, cancelled: 0, expired: 0, paidWei: "0", contributors: 0 };
  expect(requesterHistoryOf([])).toEqual(none);
});
