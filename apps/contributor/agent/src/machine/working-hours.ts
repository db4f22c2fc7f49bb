import type { AppSettings } from "@trainchain/protocol";

/** Whether a moment lies in the hours of the local day in which training may run; all hours where none are set. */
export function isWithinHours(hours: AppSettings["hours"], moment: Date): boolean {
  if (!hours) return true;
  const at = moment.getHours() * 60 + moment.getMinutes();
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  if (from === to) return true;
  return from < to ? at >= from && at < to : at >= from || at < to;
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
