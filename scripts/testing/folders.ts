import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the last run of the tests left: removed when the next begins. */
export const lastRun = join(root, ".cache", "last-test");

/** The output of every process that a test started, a folder a test file. */
export const logFolder = join(lastRun, "logs");

/** Seconds of each test file, a JSON document a line. */
export const durationsFile = join(lastRun, "durations.jsonl");

/** What failed in a test file and why, as text: said again at the end of the whole. */
export const failuresFile = join(lastRun, "failures.txt");
