import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { runChild } from "./child-process.ts";
import { ensureEnvironment } from "./ensure-environment.ts";
import { pythonPath } from "./environment-stamp.ts";
import type { EnvironmentProgress } from "./progress.ts";
import { lockedEntry } from "./testing/locked-entry.ts";

// One small package stands for the large set: the install is the same, only shorter.
const requirements = `${lockedEntry("iniconfig")}\n`;
const proof = `import json, iniconfig
iniconfig.IniConfig
print(json.dumps({"python": "3", "versions": {}, "device": "cpu", "deviceName": "test"}))`;
const uvCacheDir = fileURLToPath(new URL("../../../.toolchain/uv", import.meta.url));

let folder: string;
let progress: EnvironmentProgress[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "environment-"));
  progress = [];
  await writeFile(join(folder, "requirements.txt"), requirements);
  await writeFile(join(folder, "prove_environment.py"), proof);
});

function ensure(changes: { neededBytes?: number; signal?: AbortSignal } = {}) {
  return ensureEnvironment({
    dir: join(folder, "env"),
    requirementsPath: join(folder, "requirements.txt"),
    uvCacheDir,
    neededBytes: 1,
    onProgress: (event) => progress.push(event),
    ...changes,
  });
}

async function modulePath(): Promise<string> {
  let found = "";
  await runChild(pythonPath(join(folder, "env")), ["-c", "import iniconfig; print(iniconfig.__file__)"], {
    onStdout: (line) => {
      found = line;
    },
  });
  return found;
}

test("an environment is installed and proved, and the next time nothing is started or said", async () => {
  const stamp = await ensure();
  expect(progress.at(-1)).toMatchObject({ phase: "ready", device: "cpu" });
  // A Python that cannot start shows that the second call starts none.
  await writeFile(join(folder, "prove_environment.py"), "raise SystemExit(1)");
  progress = [];
  expect(await ensure()).toEqual(stamp);
  expect(progress).toEqual([]);
});

test("a damaged package is found by the proof and repaired", async () => {
  await ensure();
  await rm(join(folder, "env", "trainchain-environment.json"));
  // Removed, not written to: the file is a link into uv's cache, which other environments share.
  const module = await modulePath();
  await rm(module);
  await ensure();
  expect(progress.some(({ message }) => message.startsWith("repairing"))).toBe(true);
  expect(existsSync(module)).toBe(true);
});

test("other requirements are installed over the old ones", async () => {
  const before = await ensure();
  await writeFile(join(folder, "requirements.txt"), `# changed\n${requirements}`);
  expect((await ensure()).requirementsSha256).not.toBe(before.requirementsSha256);
});

test("two callers at once install once", async () => {
  const [first, second] = await Promise.all([ensure(), ensure()]);
  expect(first).toEqual(second);
  expect(progress.filter(({ phase }) => phase === "proving")).toHaveLength(1);
});

test("a package that does not exist is a failure that says which, and leaves no stamp", async () => {
  await writeFile(join(folder, "requirements.txt"), requirements.replace("2.3.1", "0.0.0.dev999"));
  await expect(ensure()).rejects.toMatchObject({
    code: "environment-broken",
    message: expect.stringContaining("iniconfig"),
  });
  expect(existsSync(join(folder, "env", "trainchain-environment.json"))).toBe(false);
});

test("an environment that cannot be proved is not ready", async () => {
  await writeFile(join(folder, "prove_environment.py"), "import no_such_package");
  await expect(ensure()).rejects.toMatchObject({ message: expect.stringContaining("no_such_package") });
});

test("too little disk is said before anything is installed", async () => {
  await expect(ensure({ neededBytes: 2 ** 60 })).rejects.toMatchObject({ code: "hardware-insufficient" });
  expect(existsSync(join(folder, "env"))).toBe(false);
});
