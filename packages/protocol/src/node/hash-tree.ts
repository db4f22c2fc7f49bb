import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/*
 * One hash that commits to a list of files, each of which can be shown to belong to it by a few hashes more: the tree of
 * RFC 6962, section 2.1, but that a level of odd length carries its last node up as it is. trainer/hash_tree.py is the
 * same; both are held to hash-tree.vectors.json. Hashes are 64 hexadecimal digits.
 */

/** The leaf of a file. */
export async function leafOfFile(path: string): Promise<string> {
  const hash = createHash("sha256").update(Buffer.of(0));
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

/** The root of at least one leaf. */
export function rootOf(leaves: readonly string[]): string {
  let level = leaves;
  while (level.length > 1) level = above(level);
  if (level[0] === undefined) throw new RangeError("a hash tree has at least one leaf");
  return level[0];
}

/** The hashes that lead from a leaf to the root: its neighbour on each level that has one, lowest first. */
export function pathOf(leaves: readonly string[], index: number): string[] {
  const path: string[] = [];
  for (let [level, at] = [leaves, index]; level.length > 1; [level, at] = [above(level), at >> 1]) {
    const neighbour = level[at ^ 1];
    if (neighbour !== undefined) path.push(neighbour);
  }
  return path;
}

/** Whether a path leads from a leaf at `index` of `leaves` many to the root. */
export function leadsToRoot(
  leaf: string,
  path: readonly string[],
  { index, leaves, root }: { index: number; leaves: number; root: string },
): boolean {
  let hash = leaf;
  let used = 0;
  for (let [at, length] = [index, leaves]; length > 1; [at, length] = [at >> 1, (length + 1) >> 1]) {
    // The last of an odd level has no neighbour.
    if ((at ^ 1) >= length) continue;
    const neighbour = path[used++];
    if (neighbour === undefined) return false;
    hash = at % 2 === 0 ? nodeOf(hash, neighbour) : nodeOf(neighbour, hash);
  }
  return used === path.length && hash === root;
}

function above(level: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
    const [left, right] = [level[2 * i]!, level[2 * i + 1]];
    return right === undefined ? left : nodeOf(left, right);
  });
}

function nodeOf(left: string, right: string): string {
  const both = Buffer.from(left + right, "hex");
  return createHash("sha256").update(Buffer.of(1)).update(both).digest("hex");
}
