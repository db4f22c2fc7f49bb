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

it("says what holds a job up and that it is tried again, until the job has ended", () => {
  const hindrance = { code: "disk-full", message: "the disk of /work is full", fix: "Free some space on it" };
  expect(describeState(record("training", { hindrance }))).toEqual({
    now: "Held up: the disk of /work is full.",
    next: "Free some space on it. It is tried again by itself.",
  });
  expect(describeState(record("released", { hindrance })).now).toContain("deadline passed");
});

it("says what a slot costs that was given up or has run out of time", () => {
  const bondWei = "10000000000000000";
  expect(describeState(record("released", { bondWei })).now).toBe(
    "The slot's deadline passed before the adapter was on chain: nothing can be delivered for it any more. Its bond of 0.01 POL is lost.",
  );
  const givenUp = describeState(record("released", { bondWei, reason: "You gave the slot up." }));
  expect(givenUp.now).toBe("You gave the slot up. Its bond of 0.01 POL is lost.");
});

it("speaks of a model and its epochs where the job is of images", () => {
  const facts: JobRecord["facts"] = { kind: "image-classification", step: 1, steps: 2, loss: 0.5 };
  expect(describeState(record("training", facts)).now).toBe("Training: epoch 1 of 2, loss 0.5000.");
  expect(describeState(record("rejected", facts)).now).toMatch(/^The model was refused/);
});

it("says for how much of the training the platform asks, and whether it has what that takes", () => {
  const replay = { drawn: 2, segments: 20, asked: 6, sent: 1 };
  expect(describeState(record("submitted", { onChain: true, replay })).now).toBe(
    "The chain has the submission; the adapter is being verified. The platform asked for 2 of 20 stages of the training, to do them again: 1 of the 6 states that this takes are sent.",
  );
  const all = { ...replay, sent: 6 };
  expect(describeState(record("submitted", { onChain: true, replay: all })).now).toMatch(
    /it has what that takes\.$/,
  );
});

it("asks to be left running as soon as states are kept that the platform will ask for", () => {
  const kept = { keepsStates: true };
  expect(describeState(record("submitted", kept)).next).toMatch(/Let it run: the platform will then ask/);
  expect(describeState(record("submitted", { ...kept, onChain: true })).next).toMatch(
    /refuses what it does not get\.$/,
  );
  expect(describeState(record("submitted", { onChain: true })).next).not.toContain("run until");
});

it("says why the relay failed and what the agent does about it, until the chain has the submission", () => {
  const relayError = { code: "chain-rejected", message: "The signature is nobody's." };
  const failed = describeState(record("submitted", { relayError }));
  expect(failed.now).toContain("The signature is nobody's.");
  expect(failed.next).toContain("sends it from the wallet");
  expect(describeState(record("submitted", { relayError, onChain: true })).now).toContain("verified");
});

it("says until when a refusal may be appealed, and who decides once it is", () => {
  const until = Date.UTC(2026, 10, 30) / 1_000;
  const refused = (isAppealed: boolean) =>
    describeState(record("submitted", { onChain: true, refusal: { until, isAppealed } }));
  expect(refused(false)).toEqual({
    now: "The adapter was refused.",
    next: "You may appeal until 2026-11-30T00:00:00.000Z (trainchain job appeal 7); then the refusal takes effect.",
  });
  expect(refused(true).next).toContain("referee decides until 2026-11-30T00:00:00.000Z");
});

it("says that a deadline is kept by what the chain has, while the file is still to be sent", () => {
  const deadline = 1_000;
  const hindrance = { code: "timeout", message: "the connection broke off" };
  const held = (facts: JobRecord["facts"]) =>
    describeState(record("sealed", { deadline, hindrance, ...facts })).next;
  expect(held({})).toContain("Deadline: 1970-01-01T00:16:40.000Z.");
  expect(held({ onChain: true })).toMatch(
    /tried again by itself\. The chain has its CID, so the deadline is kept/,
  );
});
