import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, statfsSync, symlinkSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

export interface SmallDisk {
  /** Takes all space but so much. */
  crowd(leftBytes: number): void;
  /** Leaves no byte of space to a job that keeps its files in this folder. */
  fill(jobDir: string): void;
  free(): void;
  remove(): void;
}

const piece = Buffer.alloc(1024 * 1024);

/**
 * A disk of its own at this folder where the system lets us mount one. Elsewhere what is full is the file that the
 * job's adapter is written to, which then lies on /dev/full: the kernel refuses its bytes alike.
 */
export async function makeSmallDisk(folder: string, sizeMb: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  return mount(folder, sizeMb) ? wholeDisk(folder) : fullFile();
}

function mount(folder: string, sizeMb: number): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function wholeDisk(folder: string): SmallDisk {
  const ballast = join(folder, "ballast");
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  const crowd = (leftBytes: number) => {
    const file = openSync(ballast, "a");
    try {
      while (freeBytes() > leftBytes)
        writeSync(file, piece, 0, Math.min(piece.length, freeBytes() - leftBytes));
    } finally {
      closeSync(file);
    }
  };
  return {
    crowd,
    fill: () => crowd(0),
    free: () => rmSync(ballast),
    remove: () => void execFileSync("umount", [folder]),
  };
}

/** The link goes with the first attempt to write: there is nothing to free. */
function fullFile(): SmallDisk {
  return {
    crowd: () => undefined,
    fill: (jobDir) => symlinkSync("/dev/full", join(jobDir, "adapter_model.safetensors.part")),
    free: () => undefined,
    remove: () => undefined,
  };
}
