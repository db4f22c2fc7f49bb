import { useEffect, useState } from "react";

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const formatter = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Made once, when first needed: making one costs more than a row of a table. */
let exact: Intl.DateTimeFormat | undefined;
function exactFormat(): Intl.DateTimeFormat {
  exact ??= new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  return exact;
}

/** "3 hours ago", "in 2 days": a moment as seen from `now` (ms). Below a minute it is "just now" or "in a moment". */
export function formatRelativeTime(moment: Date, now: number): string {
  const seconds = (moment.getTime() - now) / 1000;
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  if (!unit || !size) return seconds < 0 ? "just now" : "in a moment";
  return formatter.format(Math.trunc(seconds / size), unit);
}

/** A moment relative to now, kept up to date; the exact time is in its title. */
export function RelativeTime({ at }: { at: string | Date }) {
  const moment = new Date(at);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={moment.toISOString()} title={exactFormat().format(moment)}>
      {formatRelativeTime(moment, now)}
    </time>
  );
}
