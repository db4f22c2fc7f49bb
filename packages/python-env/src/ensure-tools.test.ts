import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ensureTools } from "./ensure-tools.ts";
import { pythonPath } from "./environment-stamp.ts";
import { lockedEntry } from "./testing/locked-entry.ts";

const uvCacheDir = fileURLToPath(new URL("../../../.toolchain/uv", import.meta.url));

let folder: string;
let requirements: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tools-"));
  requirements = join(folder, "requirements.txt");
  await writeFile(requirements, lockedEntry("pygments"));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

const ensure = (dir: string) => ensureTools({ dir, requirements, uvCacheDir });

/** What the tool says of its version, by the script that was installed with it. */
async function version(dir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(join(pythonPath(dir), "..", "pygmentize"), ["-V"]);
  return stdout;
}

test("while another process installs them they are waited for, and not installed twice", async () => {
  const dir = join(folder, "tools");
  const script = `import { ensureTools } from ${JSON.stringify(new URL("./ensure-tools.ts", import.meta.url).href)};
await ensureTools(${JSON.stringify({ dir, requirements, uvCacheDir })});`;
  const other = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
  const ended = once(other, "exit");
  await vi.waitUntil(() => existsSync(join(dir, "pyvenv.cfg")), { timeout: 60_000, interval: 5 });
  const { birthtimeMs } = await stat(dir);
  await ensure(dir);
  expect(await ended).toEqual([0, null]);
  expect((await stat(dir)).birthtimeMs).toBe(birthtimeMs);
  expect(await version(dir)).toContain("Pygments");
});

test("in a folder that was moved they are installed again, because their scripts name the old one", async () => {
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  await ensure(before);
  await rename(before, after);
  await ensure(after);
  expect(await version(after)).toContain("Pygments");
});
