import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rename, rm, rmdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { JobWorld } from "../job-moves/job-world.ts";

const folderOf = (world: JobWorld) => join(world.local.dataDir, "storage");

/** The storage's folder cannot be entered: what was stored is out of reach, and nothing can be stored. */
export async function loseStorage(world: JobWorld, durationMs: number): Promise<void> {
  const folder = folderOf(world);
  await rename(folder, `${folder}-away`);
  await writeFile(folder, "no folder");
  await pause(durationMs);
  await rm(folder);
  await rename(`${folder}-away`, folder);
}

/** Every content is cut to half, as after a bad disk, and whole again afterwards. */
export async function spoilStorage(world: JobWorld, durationMs: number): Promise<void> {
  const folder = folderOf(world);
  await cp(folder, `${folder}-whole`, { recursive: true });
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (file.isFile()) {
      const path = join(file.parentPath, file.name);
      await truncate(path, Math.floor((await readFile(path)).length / 2));
    }
  await pause(durationMs);
  await cp(`${folder}-whole`, folder, { recursive: true });
  await rm(`${folder}-whole`, { recursive: true });
}

/** The storage lies on a disk of its own that is full to the last byte; then there is room again. */
export async function fillDisk(world: JobWorld, durationMs: number): Promise<void> {
  const folder = folderOf(world);
  // There is none before the first job's shard is stored.
  await mkdir(folder, { recursive: true });
  await rename(folder, `${folder}-away`);
  await mkdir(folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
  await cp(`${folder}-away`, folder, { recursive: true });
  const filler = join(folder, "filler");
  // dd ends with an error, which is what is wanted of it: no room is left.
  execFileSync("sh", ["-c", 'dd if=/dev/zero of="$0" bs=4k 2>/dev/null || true', filler]);
  await pause(durationMs);
  await rm(filler);
  await cp(folder, `${folder}-away`, { recursive: true });
  execFileSync("umount", ["--lazy", folder]);
  await rmdir(folder);
  await rename(`${folder}-away`, folder);
}
