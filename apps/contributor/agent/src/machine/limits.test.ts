import { defaultAppSettings, type EnvironmentState } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { createLimits } from "./limits.ts";
import { secondsOf } from "./machine-load.ts";

const ready: EnvironmentState = {
  status: "ready",
  device: "cpu",
  deviceName: "x",
  python: "3",
  versions: {},
};
const now = new Date("2026-03-04T12:00:00");
const sample = (cpu: number, own: number) => ({
  load: { cpu, memoryUsedBytes: 0, memoryTotalBytes: 1, gpu: null },
  ours: { memoryBytes: 0, cpu: own },
});

it("holds training while the environment is not ready, and outside of the hours", () => {
  const limits = createLimits();
  expect(limits.whyHeld(defaultAppSettings, { status: "installing", phase: "x", message: "y" }, now)).toMatch(
    /environment/,
  );
  const night = { ...defaultAppSettings, hours: { from: "22:00", to: "07:00" } };
  expect(limits.whyHeld(night, ready, now)).toContain("22:00 to 07:00");
  expect(limits.whyHeld(defaultAppSettings, ready, now)).toBeNull();
});

it("holds training while other programs are busy, however busy training itself is", () => {
  const idleOnly = { ...defaultAppSettings, onlyWhenIdle: true };
  const limits = createLimits();
  limits.note(sample(1, 0.9));
  expect(limits.whyHeld(idleOnly, ready, now)).toBeNull();
  for (let i = 0; i < 6; i++) limits.note(sample(1, 0.1));
  expect(limits.whyHeld(idleOnly, ready, now)).toMatch(/other programs/);
  expect(limits.whyHeld(defaultAppSettings, ready, now)).toBeNull();
});

it.each([
  ["00:07", 7],
  ["1:02:03", 3723],
  ["2-00:00:01", 172_801],
  ["0:01.50", 1.5],
])("reads the processor time %s", (time, seconds) => {
  expect(secondsOf(time)).toBe(seconds);
});
