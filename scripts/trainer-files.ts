import { globSync } from "node:fs";

/** What runs a training of the trainer's folder, scripts and locks of their packages, as paths relative to `root`. */
export function listTrainerFiles(root: string): string[] {
  const names = globSync("trainer/{*.py,requirements*.txt}", { cwd: root });
  return names.map((name) => name.replaceAll("\\", "/")).sort();
}
