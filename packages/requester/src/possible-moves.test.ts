import type { JobView, SlotView } from "@trainchain/protocol";
import { describe, expect, it } from "vitest";
import { possibleMoves } from "./possible-moves.ts";

const now = Math.floor(Date.UTC(2026, 10, 22) / 1_000);
const inAnHour = new Date((now + 3_600) * 1_000).toISOString();
const anHourAgo = new Date((now - 3_600) * 1_000).toISOString();

const slot = (status: SlotView["status"], deadline = inAnHour): SlotView => ({
  contributor: "0xaaaa…aaaa",
  yours: false,
  slot: 0,
  status,
  deadline,
  completionRate: null,
  requesters: 0,
  paidAtLeastWei: "0",
  progress: null,
});

function job({
  slots = [],
  acceptBy = inAnHour,
  until = inAnHour,
  status = "open",
}: {
  slots?: SlotView[];
  acceptBy?: string;
  until?: string | null;
  status?: JobView["status"];
}): JobView {
  return {
    jobId: "1",
    escrow: "0xe5",
    kind: "llm-finetune",
    status,
    requester: "0xre",
    own: true,
    spec: null,
    specCid: null,
    terms: {
      minContributors: 2,
      maxContributors: 2,
      acceptBy,
      trainingPeriodSeconds: 3_600,
      reviewPeriodSeconds: 3_600,
      bondWei: "0",
      aggregator: "0xa9",
    },
    finishesEarly: false,
    stakeWei: "100",
    shareWei: "50",
    feeWei: "0",
    slots,
    asks: [],
    needs: null,
    resultCid: null,
    createdAt: anHourAgo,
    closedAt: null,
    nextStep: { text: "", until },
  };
}

describe("on a job's page", () => {
  const both = [slot("submitted"), slot("submitted")];

  it.each([
    ["its requester may cancel a job that nobody holds a slot of", job({}), true, ["cancelJob"]],
    ["nobody else may cancel it", job({}), false, []],
    [
      "a slot that was given back does not stand in the way",
      job({ slots: [slot("released")] }),
      true,
      ["cancelJob"],
    ],
    ["nothing is to be done while somebody trains", job({ slots: [slot("accepted")] }), true, []],
    [
      "anybody may release a late slot",
      job({ slots: [slot("accepted", anHourAgo)] }),
      false,
      ["releaseSlot"],
    ],
    ["nothing is to be done while the work is reviewed", job({ slots: both }), true, []],
    ["anybody may settle after a silent review", job({ slots: both, until: null }), false, ["settleJob"]],
    [
      "anybody may end a job that can reach its least number no more",
      job({ slots: [slot("submitted")], acceptBy: anHourAgo, until: null }),
      false,
      ["expireJob"],
    ],
    [
      "but not while what was delivered is reviewed",
      job({ slots: [slot("submitted")], acceptBy: anHourAgo }),
      false,
      [],
    ],
    ["a closed job is left alone", job({ status: "completed", slots: both }), true, []],
  ] as const)("%s", (_, view, isRequester, moves) => {
    expect(possibleMoves(view, isRequester, now)).toEqual(moves);
  });
});
