import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import vectors from "../hash-tree.vectors.json" with { type: "json" };
import { leadsToRoot, leafOfFile, pathOf, rootOf } from "./hash-tree.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hash-tree-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(vectors)(
  "leaves, root and path are the trainer's: $leaves.length leaves",
  async ({ contents, leaves, root, path }) => {
    const file = join(folder, "content");
    for (const [index, content] of contents.entries()) {
      await writeFile(file, Buffer.from(content, "hex"));
      expect(await leafOfFile(file)).toBe(leaves[index]);
    }
    expect(rootOf(leaves)).toBe(root);
    expect(pathOf(leaves, path.index)).toEqual(path.siblings);
  },
);

test.each(vectors)(
  "every leaf leads to the root, and no other place or hash does: $leaves.length leaves",
  ({ leaves, root }) => {
    const other = rootOf([...leaves, "00".repeat(32)]);
    for (const [index, leaf] of leaves.entries()) {
      const path = pathOf(leaves, index);
      const at = { index, leaves: leaves.length, root };
      expect(leadsToRoot(leaf, path, at)).toBe(true);
      expect(leadsToRoot(other, path, at)).toBe(false);
      expect(leadsToRoot(leaf, path, { ...at, root: other })).toBe(false);
      expect(leadsToRoot(leaf, [...path, other], at)).toBe(false);
      expect(leadsToRoot(leaf, path.slice(1), at)).toBe(path.length === 0);
      for (let elsewhere = 0; elsewhere < leaves.length; elsewhere++)
        if (elsewhere !== index) expect(leadsToRoot(leaf, path, { ...at, index: elsewhere })).toBe(false);
    }
  },
);
