import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEmbeddedModel, shippedModels } from "@trainchain/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureEmbeddedModel } from "./embedded-model.ts";
import { fingerprintModel } from "./find-local-model.ts";

const trainer = fileURLToPath(new URL("../../../trainer/", import.meta.url));

/** A maker of a model of one file, which says in a log that it was run. */
const maker = `import json, os, sys
out = sys.argv[sys.argv.index("--out") + 1]
with open(os.path.join(os.path.dirname(__file__), "log"), "a") as log:
    log.write(os.environ.get("UV_DEFAULT_INDEX", "-") + " " + os.environ.get("A_SECRET", "-") + "\\n")
os.mkdir(out + ".part")
with open(os.path.join(out + ".part", "config.json"), "w") as config:
    config.write("{}")
os.replace(out + ".part", out)
print(json.dumps({"event": "ready", "folder": out, "sha256": "", "seconds": 0}))`;

let folder: string;
let options: Parameters<typeof ensureEmbeddedModel>[0];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "embedded-"));
  await mkdir(join(folder, "env", "bin"), { recursive: true });
  await writeFile(join(folder, "make.py"), maker);
  await writeFile(join(folder, "env", "bin", "python"), `#!/bin/sh\nexec python3 "$@"\n`, {
    mode: 0o755,
  });
  await mkdir(join(folder, "expected"));
  await writeFile(join(folder, "expected", "config.json"), "{}");
  const sha256 = await fingerprintModel(join(folder, "expected"));
  options = {
    model: { id: "tiny", sha256, script: "make.py" },
    envDir: join(folder, "env"),
    scriptDir: folder,
    uvCacheDir: fileURLToPath(new URL("../../../.toolchain/uv", import.meta.url)),
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const runs = async () => (await readFile(join(folder, "log"), "utf8")).trim().split("\n");

test("several that ask at once get one model, made once, and later ones find it", async () => {
  const made = await Promise.all([1, 2, 3].map(() => ensureEmbeddedModel(options)));
  expect(new Set(made)).toEqual(new Set([join(folder, "env", "models", "tiny")]));
  await ensureEmbeddedModel(options);
  expect(await runs()).toHaveLength(1);
});

test("a model that is not what jobs name is made anew", async () => {
  const made = await ensureEmbeddedModel(options);
  await writeFile(join(made, "config.json"), '{"damaged": true}');
  await ensureEmbeddedModel(options);
  expect(await readFile(join(made, "config.json"), "utf8")).toBe("{}");
});

test("the maker is told the package index and no secret", async () => {
  process.env.UV_DEFAULT_INDEX = "http://index.test/simple";
  process.env.A_SECRET = "secret";
  await ensureEmbeddedModel(options).finally(() => {
    delete process.env.UV_DEFAULT_INDEX;
    delete process.env.A_SECRET;
  });
  expect(await runs()).toEqual(["http://index.test/simple -"]);
});

test("an environment that may not be written to is refused, and who can help is named", async () => {
  await writeFile(join(folder, "env", "models"), "no folder");
  await expect(ensureEmbeddedModel(options)).rejects.toMatchObject({
    code: "configuration-invalid",
    fix: expect.stringContaining("trainchain admin python"),
  });
});

test("the catalogue's revision of an embedded model is a wheel that the trainer's lock allows", async () => {
  const locks = ["requirements-smollm2.txt", "requirements-minilm.txt"];
  const locked = (await Promise.all(locks.map((name) => readFile(join(trainer, name), "utf8")))).join("\n");
  const embedded = shippedModels.filter((model) => model.embedded);
  expect(embedded.map(({ id }) => findEmbeddedModel(id)?.sha256)).not.toContain(undefined);
  for (const { revision } of embedded) expect(locked).toContain(`--hash=sha256:${revision}`);
});
