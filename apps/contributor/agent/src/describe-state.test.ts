import { expect, it } from "vitest";
import { describeState } from "./describe-state.ts";
import { endStates, type JobRecord, jobStates } from "./job-record.ts";

const record = (state: JobRecord["state"], facts: JobRecord["facts"] = {}): JobRecord => ({
  chainId: 1,
  escrow: "0x",
  jobId: "7",
  state,
  facts,
  updatedAt: "",
});

it.each(jobStates)("says what happens in state %s and, before the end, what comes next", (state) => {
  const { now, next } = describeState(record(state));
  expect(now).toMatch(/[.!]|refused/);
  expect(next === "").toBe(endStates.includes(state));
});

it("puts a problem that needs a person before everything else", () => {
  const problem = {
    code: "insufficient-funds",
    message: "The wallet cannot pay the gas.",
    fix: "Add funds.",
  };
  expect(describeState(record("accepting", { problem }))).toEqual({
    now: "Stopped: The wallet cannot pay the gas.",
    next: "Add funds.",
  });
});

it("says why the relay failed and what the agent does about it, until the chain has the submission", () => {
  const relayError = { code: "chain-rejected", message: "The signature is nobody's." };
  const failed = describeState(record("submitted", { relayError }));
  expect(failed.now).toContain("The signature is nobody's.");
  expect(failed.next).toContain("sends it from the wallet");
  expect(describeState(record("submitted", { relayError, onChain: true })).now).toContain("verified");
});
