import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { baseModels } from "../kinds/index.ts";
import { assertNoExtraModels, readModels } from "./read-models.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-models-"));
});
afterAll(() => rm(dir, { recursive: true }));

it("without a file the catalogue is the shipped one", () => {
  expect(readModels(undefined)).toBe(baseModels);
});

it("reads the file that the documentation shows", async () => {
  const text = await readFile(new URL("../../../../docs/models.md", import.meta.url), "utf8");
  const file = join(dir, "models.json");
  await writeFile(file, text.match(/```json\n([\s\S]*?)```/)![1]!);
  expect(readModels(file).slice(baseModels.length)).toMatchObject([
    { id: "Qwen/Qwen3-0.6B", needs: { gpu: { vramGb: 5 } } },
    { id: "our-model", path: "/srv/models/our-model", needs: { gpu: { vramGb: 6 } } },
  ]);
});

it("refuses the setting that it took the place of, and says where that went", () => {
  assertNoExtraModels({ EXTRA_MODELS: "", MODELS_FILE: "/etc/models.json" });
  expect(() => assertNoExtraModels({ EXTRA_MODELS: "/srv/models/ours" })).toThrow(
    "moved to a file named by MODELS_FILE, see docs/models.md",
  );
});

it("says which file cannot be read", () => {
  expect(() => readModels(join(dir, "none.json"))).toThrow(/^MODELS_FILE: .*none\.json cannot be read$/);
});
