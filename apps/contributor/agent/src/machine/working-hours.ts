import type { AppSettings } from "@trainchain/protocol";

const minuteMs = 60_000;

/** Whether a moment lies in the hours of the local day in which training may run; all hours where none are set. */
export function isWithinHours(hours: AppSettings["hours"], moment: Date): boolean {
  if (!hours) return true;
  const at = moment.getHours() * 60 + moment.getMinutes();
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  if (from === to) return true;
  return from < to ? at >= from && at < to : at >= from || at < to;
}

/** Seconds, of those from one moment to another, in which training may run. */
function secondsWithinHours(hours: AppSettings["hours"], from: Date, to: Date): number {
  let within = 0;
  // By whole minutes of the clock, which is put forward and back.
  for (let at = from.getTime(); at < to.getTime(); ) {
    const next = Math.min(at + minuteMs - (at % minuteMs), to.getTime());
    if (isWithinHours(hours, new Date(at))) within += next - at;
    at = next;
  }
  return Math.floor(within / 1_000);
}

/** Why a training that is begun now does not end in time, as a sentence; undefined where it does. All are in seconds. */
export function whyTooLong(
  { estimatedSeconds, allowedSeconds }: { estimatedSeconds: number; allowedSeconds: number },
  hours: AppSettings["hours"],
  now: Date,
): string | undefined {
  const takes = `Training would take about ${estimatedSeconds} s here`;
  if (estimatedSeconds > allowedSeconds) return `${takes}; the job allows ${allowedSeconds} s.`;
  if (!hours) return undefined;
  const seconds = secondsWithinHours(hours, now, new Date(now.getTime() + allowedSeconds * 1_000));
  if (estimatedSeconds <= seconds) return undefined;
  return `${takes}; of the ${allowedSeconds} s that the job allows from now on, ${seconds} s lie in the hours you allow, ${hours.from} to ${hours.to}.`;
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
