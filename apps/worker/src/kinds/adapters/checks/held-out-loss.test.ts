import { expect, test } from "vitest";
import { checkHeldOut, comparedOn, hearOwnRows } from "./held-out-loss.ts";

const rows = (lossOf: (row: number) => number) => ({
  rowLosses: Array.from({ length: 20 }, (_, i) => lossOf(i)),
});
const base = rows((row) => 3 + row / 10);
const worse = (by: number) => rows((row) => 3 + row / 10 + by);
const verdictOf = (adapter: ReturnType<typeof rows>, start = base) => checkHeldOut({ base, start, adapter });

test("an adapter that helps on nearly every row passes, alone or beside anybody", () => {
  const told = verdictOf(rows((row) => 3 + row / 10 - (row === 3 ? -0.01 : 0.1)));
  expect(told).toMatchObject({ verdict: "passed", threshold: 0.05 });
  expect(told.figure).toBeLessThan(1e-5);
  expect(told.message).toContain("On 19 of 20 held-out rows it is better than the base model, by 0.094 nats");
});

test("what makes rows worse, changes nothing or helps by chance is refused", () => {
  expect(verdictOf(worse(0.1))).toMatchObject({ verdict: "failed", figure: 1 });
  expect(verdictOf(base)).toMatchObject({ verdict: "failed", figure: 1 });
  const chance = rows((row) => 3 + row / 10 + (row % 2 === 0 ? 0.1 : -0.1));
  expect(verdictOf(chance)).toMatchObject({ verdict: "failed" });
});

test("one row cannot pay for the others", () => {
  expect(verdictOf(rows((row) => (row === 0 ? 0 : 3.01 + row / 10))).verdict).toBe("failed");
});

test("in a later round honest work may end a little above its start, and not half-way back to the base model", () => {
  const start = worse(-1);
  expect(verdictOf(worse(-0.9), start).verdict).toBe("passed");
  const undone = verdictOf(worse(-0.4), start);
  expect(undone.verdict).toBe("failed");
  expect(undone.message).toContain("half-way from the base model to the round's start");
});

test("few steps that held-out rows do not tell from chance are heard on their own rows, and refused if those are no better", () => {
  const open = rows((row) => 3 + row / 10 + (row % 2 === 0 ? 0.1 : -0.1));
  const held = { base, start: base, adapter: open };
  const told = checkHeldOut(held);
  const passed = hearOwnRows(told, held, { base, start: base, adapter: worse(-0.2) });
  expect(passed).toMatchObject({ verdict: "passed", figure: told.figure });
  expect(passed.message).toContain("on 20 of 20 of its own rows it is better");
  expect(passed.message).not.toContain("overfit");
  expect(hearOwnRows(told, held, held).verdict).toBe("failed");
});

test("honest work under terms that overfit is paid for what it learned of its own rows, and the verdict says so", () => {
  // Fifty epochs at 1e-3 on a hundred random facts: held-out 4.64 to 6.94, own 4.56 to 0.84, better on 3 of 20.
  const held = { base, start: base, adapter: rows((row) => 3 + row / 10 + (row < 3 ? -0.2 : 2.6)) };
  const told = checkHeldOut(held);
  expect(told.verdict).toBe("failed");
  const heard = hearOwnRows(told, held, { base, start: base, adapter: worse(-3.7) });
  expect(heard.verdict).toBe("passed");
  expect(heard.message).toContain("the job's rate and epochs overfit its rows");
  expect(hearOwnRows(told, held, { base, start: base, adapter: worse(0.1) }).verdict).toBe("failed");
});

test("where the base model or the start has no loss nobody is refused or accepted", () => {
  const figures = { ...{ loss: 3, bitsPerByte: 1, tokens: 200 }, ...base };
  const broken = { unmeasured: "the loss is not finite" };
  const losses = (of: object) =>
    new Map(Object.entries({ base: figures, start: figures, mine: figures, ...of }));
  expect(comparedOn(losses({}), "mine", "start")).toMatchObject({ base: figures, adapter: figures });
  expect(comparedOn(losses({ mine: broken }), "mine")).toBe(broken);
  expect(() => comparedOn(losses({ base: broken }), "mine")).toThrow("the base model has no loss");
  expect(() => comparedOn(losses({ start: broken }), "mine", "start")).toThrow("the loss is not finite");
  expect(() => comparedOn(new Map(), "mine")).toThrow("it was not measured");
});
