import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** torch's own index has other builds of these, with other hashes than the package registry's. */
const ofTorch = ["torch", "torchvision"];

/** sha256 (hex) of what is to be installed: the versions and their markers. Hashes say how, and change nothing. */
export async function sha256OfPins(file: string): Promise<string> {
  return createHash("sha256")
    .update(withoutHashes(await readFile(file, "utf8")))
    .digest("hex");
}

/**
 * uv's arguments for the pins of a file, every package by a hash that is locked: also what they bring themselves, by
 * the constraints in a file beside it, such as CUDA's libraries.
 */
export function lockedRequirements(file: string): string[] {
  const constraints = path.join(path.dirname(file), "requirements-cuda.txt");
  const more = existsSync(constraints) ? ["--constraints", constraints] : [];
  return ["--require-hashes", "--requirements", file, ...more];
}

/**
 * A copy of a requirements file, in a folder, that takes torch of any hash: for torch's own index, whose builds are
 * trusted by that index's certificate alone. Every other package keeps its hashes. Resolves with its path.
 */
export async function withAnyTorch(file: string, folder: string): Promise<string> {
  const entries = (await readFile(file, "utf8")).split(/\n(?=\S)/);
  const relaxed = entries.map((entry) =>
    ofTorch.includes(entry.split("==")[0]!) ? withoutHashes(entry) : entry,
  );
  const copy = path.join(folder, "trainchain-requirements.txt");
  await writeFile(copy, relaxed.join("\n"));
  return copy;
}

function withoutHashes(text: string): string {
  return text.replace(/ \\\n {4}--hash=\S+/g, "");
}
