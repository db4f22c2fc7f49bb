import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";

/** A file of the bundle: on disk, or its text. */
export type BundleEntry = { name: string } & ({ path: string } | { text: string });

/** Writes a tar file that depends on the entries' names and bytes alone: no time, no owner, the order given. */
export async function writeBundle(path: string, entries: readonly BundleEntry[]): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  written.catch(() => tar.destroy());
  for (const entry of entries) {
    const header = { name: entry.name, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
    if ("text" in entry) tar.entry(header, entry.text);
    else {
      const slot = tar.entry({ ...header, size: (await stat(entry.path)).size });
      await pipeline(createReadStream(entry.path), slot);
    }
  }
  tar.finalize();
  await written;
}
