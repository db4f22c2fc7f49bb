import { existsSync, readFileSync } from "node:fs";
import { durationsFile } from "./folders.ts";

/** The test files of the last run that took longest, slowest first, hooks included. */
export function slowestFiles(count: number): { file: string; seconds: number }[] {
  if (!existsSync(durationsFile)) return [];
  return readFileSync(durationsFile, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { file: string; seconds: number })
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, count);
}
