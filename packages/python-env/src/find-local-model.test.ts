import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findLocalModel, fingerprintModel } from "./find-local-model.ts";

let root: string;
const folders = () => ["here", "there", "elsewhere"].map((place) => join(root, place, "toy"));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "trainchain-models-"));
  for (const [index, folder] of folders().entries()) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "config.json"), "{}");
    await writeFile(join(folder, "model.safetensors"), index === 0 ? "other weights" : "weights");
    await writeFile(join(folder, "README.md"), `copy ${index}`);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

it("a local model is found by its name and its very weights, wherever it lies", async () => {
  const sha256 = await fingerprintModel(folders()[2]!);
  expect(await findLocalModel({ id: "toy", sha256 }, folders())).toBe(folders()[1]);
});

it.each([
  ["of another name", { id: "toys" }],
  ["with other weights", { id: "toy", sha256: "0".repeat(64) }],
])("a model %s is not taken for it", async (_, model) => {
  await expect(findLocalModel(model, folders())).rejects.toMatchObject({ code: "configuration-invalid" });
});
