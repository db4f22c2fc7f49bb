import { expect, it, vi } from "vitest";
import { isWithinHours } from "./working-hours.ts";

const at = (time: string) => new Date(`2026-03-04T${time}:00`);

it("allows every hour where none are set, or where both ends are the same", () => {
  expect(isWithinHours(null, at("03:00"))).toBe(true);
  expect(isWithinHours({ from: "08:00", to: "08:00" }, at("03:00"))).toBe(true);
});

it("takes the first minute in and leaves the last one out", () => {
  const day = { from: "09:00", to: "17:30" };
  expect(["08:59", "09:00", "17:29", "17:30"].map((time) => isWithinHours(day, at(time)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

it("goes past midnight", () => {
  const night = { from: "22:00", to: "07:00" };
  expect(["21:59", "22:00", "00:00", "06:59", "07:00"].map((time) => isWithinHours(night, at(time)))).toEqual(
    [false, true, true, true, false],
  );
});

it("goes by the clock of the machine's own time zone, in summer and in winter", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const day = { from: "09:00", to: "10:00" };
  const moments = ["2026-01-15T08:30:00Z", "2026-07-15T08:30:00Z", "2026-07-15T07:30:00Z"];
  expect(moments.map((moment) => isWithinHours(day, new Date(moment)))).toEqual([true, false, true]);
  vi.unstubAllEnvs();
});
