/**
 * A whole number with its thousands apart: 12,345. Written out, because a page's first `toLocaleString` loads the
 * browser's tables of locales, which a phone feels.
 */
export function formatCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
