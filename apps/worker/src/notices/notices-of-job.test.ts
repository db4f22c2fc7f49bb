import type { ChainEventRow } from "@trainchain/db/market";
import { expect, it } from "vitest";
import { describeNotice } from "./describe-notice.ts";
import { noticesOfJob } from "./notices-of-job.ts";

const requester = `0x${"1".repeat(40)}`;
const contributor = `0x${"2".repeat(40)}`;
const minedAt = new Date("2026-11-30T00:00:00Z");

const refused = (appealBy: number | undefined) => {
  const args = { contributor, reasonCid: "bafk", provable: false, ...(appealBy && { appealBy }) };
  const position = { blockNumber: 1n, logIndex: 0, escrow: "0xe", transactionHash: "0xt", jobId: 7n };
  const event: ChainEventRow = { ...position, name: "AdapterRejected", args, minedAt };
  return noticesOfJob({ requester }, [event]).map(({ wallet, notice }) => ({
    wallet,
    appealBy: notice.data.appealBy,
    text: describeNotice(notice).text,
  }));
};

it("a refusal says until when it may be appealed, and nothing of that where nobody hears appeals", () => {
  const now = minedAt.getTime() / 1_000;
  const checks = "The delivery of 0x2222…222 did not pass the checks.";
  const text = `${checks} It may be appealed until 2026-12-01T00:00:00.000Z.`;
  const told = { appealBy: now + 86_400, text };
  expect(refused(now + 86_400)).toEqual([
    { wallet: requester, ...told },
    { wallet: contributor, ...told },
  ]);
  for (const appealBy of [now, undefined])
    expect(refused(appealBy)[1]).toEqual({ wallet: contributor, text: checks });
});
