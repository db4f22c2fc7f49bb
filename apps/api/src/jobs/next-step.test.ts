import type { JobRecord, SlotRecord } from "@trainchain/db/market";
import { expect, it } from "vitest";
import { describeNextStep } from "./next-step.ts";

const now = new Date("2026-06-01T12:00:00Z");
const later = new Date("2026-06-01T13:00:00Z");
const earlier = new Date("2026-06-01T11:00:00Z");

function job(changes: Partial<JobRecord> = {}): JobRecord {
  const open = {
    kind: "llm-finetune",
    own: true,
    status: "open",
    minContributors: 1,
    maxContributors: 2,
    acceptBy: later,
    reviewPeriodSeconds: 7_200,
    finishesEarly: false,
  };
  return { ...open, ...changes } as JobRecord;
}

function slot(status: SlotRecord["status"], deadline = later): SlotRecord {
  return { contributor: `0x${status}`, status, deadline, submittedAt: earlier } as SlotRecord;
}

it.each([
  ["a new job waits for contributors", job(), [], "Waiting for contributors", later],
  ["a job with its minimum may be ended", job(), [slot("submitted")], "may end it now", later],
  [
    "a job that is to end with its minimum is merged once that is there",
    job({ finishesEarly: true }),
    [slot("submitted")],
    "verified, merged",
    later,
  ],
  ["and else waits for its minimum", job({ finishesEarly: true }), [], "as soon as its minimum", later],
  ["a live slot trains until its deadline", job(), [slot("accepted")], "Training goes on", later],
  ["an overdue slot is released", job(), [slot("accepted", earlier)], "missed its deadline", null],
  [
    "all deliveries lead to the merge",
    job(),
    [slot("submitted"), slot("submitted")],
    "verified, merged",
    later,
  ],
  [
    "a silent aggregator is settled by anybody",
    job({ reviewPeriodSeconds: 60 }),
    [slot("submitted"), slot("submitted")],
    "anybody may settle",
    null,
  ],
  ["too few deliveries after acceptBy expire", job({ acceptBy: earlier }), [], "will expire", null],
  [
    "but not before what was delivered is verified",
    job({ acceptBy: earlier, minContributors: 2 }),
    [slot("submitted")],
    "verified, then the job will expire",
    later,
  ],
  [
    "or its review is over",
    job({ acceptBy: earlier, minContributors: 2, reviewPeriodSeconds: 60 }),
    [slot("submitted")],
    "; the job will expire",
    null,
  ],
  ["a completed job is paid", job({ status: "completed" }), [], "is paid", null],
  ["a cancelled job is refunded", job({ status: "cancelled" }), [], "went back", null],
  [
    "a refusal that a minimum needs overturned is waited for, and the requester is told so",
    job({ acceptBy: earlier, minContributors: 2 }),
    [slot("submitted"), slot("rejection-appealed")],
    "The minimum needs a delivery that was refused",
    later,
  ],
  [
    "a settled job's requester gets what it paid for",
    job({ status: "settled" }),
    [slot("submitted")],
    "may download what was delivered",
    null,
  ],
])("%s", (_, record, slots, text, until) => {
  const step = describeNextStep({ job: record, slots, now });
  expect(step.text).toContain(text);
  expect(step.until === null).toBe(until === null);
});

it("a review begins again with the ruling that overturns a refusal, as settleJob counts", () => {
  const reinstatedAt = new Date("2026-06-01T11:45:00Z");
  const reinstated = { ...slot("reinstated"), reinstatedAt };
  const record = job({ acceptBy: earlier, maxContributors: 1, reviewPeriodSeconds: 1_800 });
  const { until } = describeNextStep({ job: record, slots: [reinstated], now });
  expect(until).toBe("2026-06-01T12:15:00.000Z");
  const overturnedBefore = { ...reinstated, reinstatedAt: new Date("2026-06-01T11:15:00Z") };
  expect(describeNextStep({ job: record, slots: [overturnedBefore], now }).until).toBeNull();
});
