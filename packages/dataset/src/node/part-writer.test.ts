import { createHash } from "node:crypto";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createPartWriter } from "./part-writer.ts";
import { startThread, workHere } from "./shard-link.ts";

const root = await mkdtemp(join(tmpdir(), "trainchain-parts-"));
afterAll(() => rm(root, { recursive: true }));

/** Lines of 1 to 300,000 bytes, five mebibytes in all: more than there are buffers. */
const lines = Array.from({ length: 40 }, (_, at) =>
  Buffer.from(`${String.fromCharCode(97 + (at % 26)).repeat((at * at * 197) % 300_000)}\n`),
);

describe.each([
  ["a thread", startThread],
  ["its own process", workHere],
])("through %s", (_, start) => {
  test("files hold what was written, one after the other, whatever the buffers' size", async () => {
    const dir = await mkdtemp(join(root, "parts-"));
    const link = start();
    const writer = createPartWriter(link);
    const contents = [lines, [], lines.toReversed()];
    for (const [part, content] of contents.entries()) {
      writer.open(join(dir, `${part}`));
      for (const line of content) await writer.write(line, 0, line.length);
      await writer.finish();
    }
    for (const [part, file] of (await writer.written()).entries()) {
      const expected = Buffer.concat(contents[part]!);
      expect((await readFile(join(dir, file.file))).equals(expected)).toBe(true);
      expect(file).toEqual({
        ...{ file: `${part}`, rows: contents[part]!.length, sizeBytes: expected.length },
        sha256: createHash("sha256").update(expected).digest("hex"),
      });
    }
    await link.close();
  });

  test("what the disk refuses is told to whoever writes", async () => {
    const link = start();
    const writer = createPartWriter(link);
    writer.open(join(root, "nowhere", "part"));
    // By then it is known, and nobody waits for it yet.
    await expect(access(join(root, "nowhere"))).rejects.toMatchObject({ code: "ENOENT" });
    const write = async () => {
      for (const line of lines) await writer.write(line, 0, line.length);
      await writer.finish();
      await writer.written();
    };
    await expect(write()).rejects.toMatchObject({ code: "ENOENT" });
    await link.close();
  });
});
