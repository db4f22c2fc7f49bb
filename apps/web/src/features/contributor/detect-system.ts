export type System = "windows" | "macos" | "linux";

/** The visitor's system as the browser tells it; Linux where it does not, or on a phone. */
export function detectSystem(userAgent = navigator.userAgent): System {
  if (/Windows/i.test(userAgent)) return "windows";
  if (/Macintosh|Mac OS X/i.test(userAgent) && !/iPhone|iPad/i.test(userAgent)) return "macos";
  return "linux";
}
