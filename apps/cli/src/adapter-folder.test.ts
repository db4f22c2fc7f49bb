import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planSafetensors } from "@trainchain/lora";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readAdapterFolder } from "./adapter-folder.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "trainchain-adapter-"));
});
afterAll(() => rm(root, { recursive: true }));

const config = JSON.stringify({
  peft_type: "LORA",
  r: 2,
  lora_alpha: 4,
  base_model_name_or_path: "ann/model",
});

/** A file of one module's two matrices; `name` stands in their names as PEFT has it inside a model. */
function tensors(name = ""): Uint8Array {
  const key = (matrix: string) => `base_model.model.layers.0.q_proj.lora_${matrix}${name}.weight`;
  const plan = planSafetensors([
    { name: key("A"), shape: [2, 8] },
    { name: key("B"), shape: [8, 2] },
  ]);
  const bytes = new Uint8Array(plan.sizeBytes);
  bytes.set(plan.head);
  return bytes;
}

async function read(files: Record<string, string | Uint8Array>) {
  const folder = await mkdtemp(join(root, "of-"));
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return readAdapterFolder(folder);
}

it("an adapter is read, and so is one whose configuration begins with a byte order mark", async () => {
  for (const mark of ["", "\uFEFF"])
    expect(
      await read({ "adapter_model.safetensors": tensors(), "adapter_config.json": mark + config }),
    ).toMatchObject({
      rank: 2,
      alpha: 4,
      baseModel: "ann/model",
      modules: [{ inFeatures: 8, outFeatures: 8 }],
    });
});

it.each<[string, Record<string, string | Uint8Array>, RegExp, RegExp]>([
  [
    "PyTorch's older format",
    { "adapter_model.bin": "PK", "adapter_config.json": config },
    /adapter_model\.bin/,
    /safe_serialization=True/,
  ],
  ["MLX", { "adapters.safetensors": "", "adapter_config.json": "{}" }, /MLX adapter/, /PEFT/],
  [
    "tensors with an adapter's name",
    { "adapter_model.safetensors": tensors(".default"), "adapter_config.json": config },
    /carry an adapter's name \(\.default\.\)/,
    /save_pretrained/,
  ],
  [
    "a configuration that was cut off",
    { "adapter_model.safetensors": tensors(), "adapter_config.json": config.slice(0, 40) },
    /adapter_config\.json is not complete JSON/,
    /again, whole/,
  ],
])("%s is told as what it is, with the way on", async (_, files, message, fix) => {
  await expect(read(files)).rejects.toMatchObject({
    code: "adapter-invalid",
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
});
