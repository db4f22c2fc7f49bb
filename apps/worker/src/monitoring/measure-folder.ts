import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";

const measured = new Map<string, { bytes: number; at: number }>();
/** A folder of a million files takes seconds to walk, and Prometheus asks every few. */
const keptMs = 300_000;

/** Bytes of all files under a folder, 0 where there is none; the figure may be five minutes old. */
export async function measureFolder(folder: string): Promise<number> {
  const known = measured.get(folder);
  if (known && Date.now() - known.at < keptMs) return known.bytes;
  const bytes = await walk(folder);
  measured.set(folder, { bytes, at: Date.now() });
  return bytes;
}

async function walk(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await opendir(folder).catch(() => []);
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await walk(path);
    // A file may be gone by now: uploads are taken over at any time.
    else
      bytes += await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return bytes;
}
