import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { storeAdapterFile } from "./store-adapter-file.ts";

const target = async () =>
  join(await mkdtemp(join(tmpdir(), "trainchain-adapter-")), "adapter_model.safetensors");

/** A safetensors file of one F32 tensor with `values` values. */
function safetensors(values: number): Buffer {
  const header = JSON.stringify({ a: { dtype: "F32", shape: [values], data_offsets: [0, 4 * values] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(4 * values)]);
}

async function* inPieces(bytes: Buffer, size = 100) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it("keeps a whole safetensors file", async () => {
  const path = await target();
  expect(await storeAdapterFile(inPieces(safetensors(1_000)), path, 10_000, "llm-finetune")).toMatch(
    /^[0-9a-f]{64}$/,
  );
  expect(existsSync(path)).toBe(true);
});

it("keeps an image job's tar file, and takes neither form for the other's", async () => {
  const tar = Buffer.alloc(2_048);
  tar.write("model.onnx", 0);
  tar.write("ustar", 257);
  const [path, other] = [await target(), await target()];
  await storeAdapterFile(inPieces(tar), path, 10_000, "image-classification");
  expect(existsSync(path)).toBe(true);
  const refused = { code: "adapter-invalid" };
  await expect(storeAdapterFile(inPieces(tar), other, 10_000, "llm-finetune")).rejects.toMatchObject(refused);
  await expect(
    storeAdapterFile(inPieces(safetensors(1_000)), other, 10_000, "image-classification"),
  ).rejects.toMatchObject(refused);
});

it("keeps nothing of a file that is too large, cut off, followed by more or of another kind", async () => {
  const good = safetensors(1_000);
  const cases: [string, Buffer, string][] = [
    ["too large", good, "too-large"],
    ["cut off", good.subarray(0, good.length - 1), "adapter-invalid"],
    ["followed by more", Buffer.concat([good, Buffer.from("x")]), "adapter-invalid"],
    ["a pickle", Buffer.from("\x80\x04\x95".padEnd(500, "x"), "latin1"), "adapter-invalid"],
    ["empty", Buffer.alloc(0), "adapter-invalid"],
  ];
  for (const [name, bytes, code] of cases) {
    const path = await target();
    const limit = name === "too large" ? good.length - 1 : 1_000_000;
    await expect(storeAdapterFile(inPieces(bytes), path, limit, "llm-finetune"), name).rejects.toMatchObject({
      code,
    });
    expect(await readdir(dirname(path)), name).toEqual([]);
  }
});
