import { expect, it, vi } from "vitest";
import { isWithinHours, whyTooLong } from "./working-hours.ts";

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

it("counts of the time that a job allows only what lies in the hours, from the moment on", () => {
  const night = { from: "22:00", to: "07:00" };
  const job = { estimatedSeconds: 3 * 3_600, allowedSeconds: 12 * 3_600 };
  expect(whyTooLong(job, night, at("06:30"))).toBe(
    "Training would take about 10800 s here; of the 43200 s that the job allows from now on, 1800 s lie in the hours you allow, 22:00 to 07:00.",
  );
  // Half an hour now, and two and a half from ten in the evening on.
  expect(whyTooLong({ ...job, allowedSeconds: 18 * 3_600 }, night, at("06:30"))).toBeUndefined();
  expect(whyTooLong({ ...job, allowedSeconds: 18 * 3_600 - 1 }, night, at("06:30"))).toContain(
    " 10799 s lie",
  );
  expect(whyTooLong(job, night, at("22:00"))).toBeUndefined();
  expect(whyTooLong(job, night, at("03:59"))).toBeUndefined();
  expect(whyTooLong(job, night, at("04:01"))).toContain(" 10740 s lie");
  expect(whyTooLong(job, null, at("06:30"))).toBeUndefined();
  const long = { ...job, estimatedSeconds: 43_201 };
  for (const hours of [night, null])
    expect(whyTooLong(long, hours, at("22:00"))).toBe(
      "Training would take about 43201 s here; the job allows 43200 s.",
    );
});
