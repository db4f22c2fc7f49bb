import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export type LogLine = Record<string, unknown> & { name: string; msg: string };

/** Every line that the processes have written, process by process; throws where one is no JSON. */
export async function readLogs(logDir: string): Promise<LogLine[]> {
  const files = (await readdir(logDir)).filter((file) => file.endsWith(".log"));
  const texts = await Promise.all(files.map((file) => readFile(join(logDir, file), "utf8")));
  return texts.flatMap((text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as LogLine),
  );
}
