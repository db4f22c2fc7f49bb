import { readFileSync } from "node:fs";

/** What the trainer's lock says of a package: its version, with hashes. */
export function lockedEntry(name: string): string {
  const lock = readFileSync(new URL("../../../../trainer/requirements.txt", import.meta.url), "utf8");
  const entry = lock.split(/\n(?=\S)/).find((text) => text.startsWith(`${name}==`));
  if (!entry) throw new Error(`${name} is not among the trainer's requirements`);
  return entry;
}
