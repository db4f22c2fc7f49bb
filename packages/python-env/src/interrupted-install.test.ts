import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureEnvironment } from "./ensure-environment.ts";
import { findStamp, forgetStamp } from "./environment-stamp.ts";
import { lockedEntry } from "./testing/locked-entry.ts";

const uvCacheDir = fileURLToPath(new URL("../../../.toolchain/uv", import.meta.url));
const module = new URL("./ensure-environment.ts", import.meta.url).href;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interrupted-"));
  await writeFile(join(folder, "requirements.txt"), lockedEntry("iniconfig"));
  const proof = `import json, iniconfig
iniconfig.IniConfig
print(json.dumps({"python": "3", "versions": {}, "device": "cpu", "deviceName": "test"}))`;
  await writeFile(join(folder, "prove_environment.py"), proof);
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

const options = () => ({
  dir: join(folder, "env"),
  requirementsPath: join(folder, "requirements.txt"),
  uvCacheDir,
  neededBytes: 1,
});

/** Another process installs, and is killed as soon as it says that it is in this phase. */
async function killInstallerIn(phase: string): Promise<void> {
  const script = `import { ensureEnvironment } from ${JSON.stringify(module)};
await ensureEnvironment({ ...${JSON.stringify(options())}, onProgress: ({ phase }) => console.log(phase) });`;
  const installer = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: installer.stdout }).on("line", (line) => {
    if (line === phase) installer.kill("SIGKILL");
  });
  expect(await once(installer, "exit")).toEqual([null, "SIGKILL"]);
}

test.each(["resolving", "proving"])(
  "an installation killed while %s does not count as ready, and the next start goes on with it",
  async (phase) => {
    await killInstallerIn(phase);
    const { dir, requirementsPath } = options();
    expect(existsSync(join(dir, "pyvenv.cfg"))).toBe(true);
    expect(await findStamp(dir, requirementsPath)).toBeUndefined();
    expect(await ensureEnvironment(options())).toMatchObject({ device: "cpu" });
    expect(await findStamp(dir, requirementsPath)).toBeDefined();
  },
);

test("a package of which a kill left only the name is installed anew", async () => {
  // Nothing else may work on the folder: what proves it outlives a killed installer for a moment.
  await ensureEnvironment(options());
  const { dir } = options();
  await forgetStamp(dir);
  const [python] = await readdir(join(dir, "lib"));
  const packages = join(dir, "lib", python ?? "", "site-packages");
  await rm(join(packages, "iniconfig"), { recursive: true });
  await mkdir(join(packages, "iniconfig"));
  expect(await ensureEnvironment(options())).toMatchObject({ device: "cpu" });
  expect(await readdir(join(packages, "iniconfig"))).toContain("__init__.py");
});
