import { createHash } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { createKeyRing, seal } from "@trainchain/storage";
import { expect, it } from "vitest";
import { openShard } from "./shard-stream.ts";

const ring = createKeyRing(new Uint8Array(32).fill(7));
const rows = `{"instruction":"a","input":"","output":"b"}\n`.repeat(10_000);
const sha256 = createHash("sha256").update(rows).digest("hex");

async function sealedShard() {
  const path = join(await mkdtemp(join(tmpdir(), "trainchain-shard-")), "shard.age");
  const sealed = await seal(Buffer.from(rows), await ring.recipientFor("ours"));
  await writeFile(path, await buffer(sealed));
  return path;
}

it("gives the rows of a sealed shard to whoever holds its key", async () => {
  const identity = await ring.identityFor("ours");
  expect(await text(await openShard({ path: await sealedShard(), identity, sha256 }))).toBe(rows);
});

it("never ends well on rows that differ from the assigned ones, or under another key", async () => {
  const path = await sealedShard();
  const identity = await ring.identityFor("ours");
  const other = await openShard({ path, identity, sha256: "0".repeat(64) });
  await expect(text(other)).rejects.toMatchObject({ code: "sealing-failed" });
  const foreign = openShard({ path, identity: await ring.identityFor("theirs"), sha256 });
  await expect(foreign).rejects.toMatchObject({ code: "sealing-failed" });
});
