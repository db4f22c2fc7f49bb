import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openHistory } from "./history.ts";
import type { JobRecord } from "./job-record.ts";

const place = { chainId: 80_002, escrow: `0x${"aa".repeat(20)}` };
const folder = () => mkdtempSync(join(tmpdir(), "trainchain-history-"));
const record = (state: JobRecord["state"], facts = {}): JobRecord => ({
  ...place,
  jobId: "7",
  state,
  facts,
  updatedAt: new Date().toISOString(),
});

it("has after a restart what was saved before, and every move in order", () => {
  const dir = folder();
  const first = openHistory(dir, place);
  first.save(record("discovered"));
  first.save(record("accepting", { bondWei: "5" }));
  first.save(record("accepting", { bondWei: "6" }));
  first.close();
  const second = openHistory(dir, place);
  expect(second.find("7")).toMatchObject({ state: "accepting", facts: { bondWei: "6" } });
  expect(second.moves("7").map(({ state }) => state)).toEqual(["discovered", "accepting"]);
  expect(second.find("8")).toBeUndefined();
  second.close();
});

it("is refused to a second agent while the first holds it", () => {
  const dir = folder();
  const first = openHistory(dir, place);
  expect(() => openHistory(dir, place)).toThrow(/another agent/);
  first.close();
  openHistory(dir, place).close();
});

it("keeps the jobs of another escrow apart", () => {
  const dir = folder();
  const here = openHistory(dir, place);
  here.save(record("paid"));
  here.close();
  const elsewhere = openHistory(dir, { ...place, chainId: 137 });
  expect(elsewhere.list()).toEqual([]);
  elsewhere.close();
});

it("is readable by its owner alone", () => {
  const dir = folder();
  openHistory(dir, place).close();
  expect(statSync(join(dir, "history.sqlite")).mode & 0o077).toBe(0);
});
