import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runChild } from "./child-process.ts";
import { ensureUv } from "./ensure-uv.ts";
import { lockedRequirements, sha256OfPins, withAnyTorch } from "./requirements.ts";
import { type PackageIndex, startPackageIndex } from "./testing/package-index.ts";
import { uvEnvironment } from "./uv-environment.ts";

const uvCacheDir = fileURLToPath(new URL("../../../.toolchain/uv", import.meta.url));

let dir: string;
let file: string;
const indexes: PackageIndex[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "requirements-"));
  file = join(dir, "requirements.txt");
});
afterEach(async () => {
  for (const index of indexes.splice(0)) index.close();
  await rm(dir, { recursive: true, force: true });
});

async function serve(name: string, version: string): Promise<PackageIndex> {
  const index = await startPackageIndex({ name, version });
  indexes.push(index);
  return index;
}

/** What is installed from the indexes, as pip would be told of them; an error where uv says no. */
async function install([main, ...more]: PackageIndex[], requirements: string[]): Promise<string[]> {
  const uv = await ensureUv({ cacheDir: uvCacheDir });
  const { PATH, HOME } = process.env;
  const extra = more.map(({ url }) => url).join(" ");
  const env = uvEnvironment({ PATH, HOME, PIP_INDEX_URL: main?.url, PIP_EXTRA_INDEX_URL: extra });
  const target = await mkdtemp(join(dir, "target-"));
  const args = ["pip", "install", "--no-config", "--no-cache", "--target", target, ...requirements];
  const { exitCode, tail } = await runChild(uv, args, { env });
  if (exitCode !== 0) throw new Error(tail.join("\n"));
  return (await readdir(target)).filter((name) => name.endsWith(".dist-info"));
}

const pin = (name: string, sha256: string) => `${name}==1.0 \\\n    --hash=sha256:${sha256}\n`;
const otherHash = "0".repeat(64);

test("an extra index adds its versions to the default one's, as pip means it, and does not hide them", async () => {
  const both = [await serve("twoplaces", "2.0"), await serve("twoplaces", "1.0")];
  for (const version of ["1.0", "2.0"])
    expect(await install(both, [`twoplaces==${version}`])).toEqual([`twoplaces-${version}.dist-info`]);
});

test("a package of another hash than the locked one is refused, and one without a hash too", async () => {
  const index = await serve("small", "1.0");
  await writeFile(file, pin("small", index.sha256));
  expect(await install([index], lockedRequirements(file))).toEqual(["small-1.0.dist-info"]);
  await writeFile(file, pin("small", otherHash));
  await expect(install([index], lockedRequirements(file))).rejects.toThrow(/hash/i);
  await writeFile(file, "small==1.0\n");
  await expect(install([index], lockedRequirements(file))).rejects.toThrow(/hash/i);
});

test("what torch brings itself is held to the hashes beside it", async () => {
  const index = await serve("triton", "1.0");
  await writeFile(file, pin("triton", index.sha256));
  await writeFile(join(dir, "requirements-cuda.txt"), pin("triton", otherHash));
  await expect(install([index], lockedRequirements(file))).rejects.toThrow(/hash/i);
});

test("torch of its own index may be another build; all else keeps its hashes", async () => {
  const both = [await serve("torch", "1.0"), await serve("small", "1.0")];
  await writeFile(file, pin("torch", otherHash) + pin("small", both[1]!.sha256));
  await expect(install(both, lockedRequirements(file))).rejects.toThrow(/hash/i);
  const copy = await withAnyTorch(file, dir);
  expect(await install(both, ["--requirements", copy])).toEqual([
    "small-1.0.dist-info",
    "torch-1.0.dist-info",
  ]);
  await writeFile(file, pin("torch", otherHash) + pin("small", otherHash));
  await expect(install(both, ["--requirements", await withAnyTorch(file, dir)])).rejects.toThrow(/hash/i);
});

test("an environment stays the same when only hashes are added to its versions", async () => {
  await writeFile(file, "small==1.0\n");
  const before = await sha256OfPins(file);
  await writeFile(file, pin("small", otherHash));
  expect(await sha256OfPins(file)).toBe(before);
  await writeFile(file, pin("small", otherHash).replace("1.0", "1.1"));
  expect(await sha256OfPins(file)).not.toBe(before);
});
