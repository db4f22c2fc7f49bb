import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDelivery } from "./open-delivery.ts";

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "open-delivery-"));
  path = join(dir, "delivery.tar");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function tarOf(bytes: number): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "model.onnx" }, Buffer.alloc(bytes, 7));
  tar.finalize();
  return buffer(tar);
}

it.each([
  ["cut off", (tar: Buffer) => tar.subarray(0, 100_000)],
  ["nothing", () => Buffer.alloc(0)],
  ["no tar", () => Buffer.alloc(5_000, 0x61)],
])("a file that is %s is the contributor's fault", async (_, change) => {
  await writeFile(path, change(await tarOf(300_000)));
  await expect(openDelivery(path, "onnx", dir)).rejects.toMatchObject({ code: "adapter-invalid" });
});

it("a place that cannot be written, and a file that cannot be read, are this machine's", async () => {
  await writeFile(path, await tarOf(300_000));
  const nowhere = openDelivery(path, "onnx", join(dir, "nowhere"));
  await expect(nowhere).rejects.toMatchObject({ code: "ENOENT" });
  await expect(openDelivery(dir, "onnx", dir)).rejects.toMatchObject({ code: "EISDIR" });
});
