import { join } from "node:path";

/** Where the trainer keeps rows, checkpoints and adapter; removed once the adapter is submitted. */
export function workDir(jobDir: string): string {
  return join(jobDir, "work");
}
