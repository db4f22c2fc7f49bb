import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";

/**
 * sha256 (hex) of what a local base model computes with: config.json and all weights, as lines of a file's sha256 and
 * name in the order of the names. Where the folder lies, and what else is in it, makes no difference.
 */
export async function fingerprintModel(folder: string): Promise<string> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new TrainChainError("configuration-invalid", `the base model ${basename(folder)} cannot be read`, {
      fix: "Name the folder of a model that is on this machine.",
      cause,
    });
  });
  const counted = names.filter((name) => name === "config.json" || name.endsWith(".safetensors")).sort();
  const whole = createHash("sha256");
  for (const name of counted) {
    const file = createHash("sha256");
    for await (const piece of createReadStream(join(folder, name))) file.update(piece as Buffer);
    whole.update(`${file.digest("hex")} ${name}\n`);
  }
  return whole.digest("hex");
}

/**
 * The folder of a local base model that a job names, among those that this machine has: one of the same name, with
 * the very weights that the job was prepared with.
 * @throws TrainChainError `configuration-invalid` where there is none
 */
export async function findLocalModel(
  { id, sha256 }: { id: string; sha256?: string | undefined },
  folders: readonly string[],
): Promise<string> {
  const named = folders.filter((folder) => basename(folder) === id);
  for (const folder of named) {
    const found = await fingerprintModel(folder).catch(() => undefined);
    if (found !== undefined && (sha256 === undefined || found === sha256)) return folder;
  }
  throw new TrainChainError("configuration-invalid", `the job's base model "${id}" is not on this machine`, {
    fix: "It is its operator's own. Get it from there and name its folder in TRAINCHAIN_MODELS.",
    facts: { model: id, sha256 },
  });
}
