/**
 * A whole number with its thousands apart: 12,345. Written out, because a page's first `toLocaleString` loads the
 * browser's tables of locales, which a phone feels.
 */
export function formatCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Of the jobs that have ended for a contributor, the share that it completed: 80 %. */
export function formatCompletionRate(rate: number | null): string {
  return rate === null ? "none yet" : `${Math.round(rate * 100)} %`;
}
