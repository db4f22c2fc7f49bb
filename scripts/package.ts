import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureUv } from "@trainchain/python-env";
import { build } from "rolldown";
import { buildScreens } from "./build-screens.ts";
import { callersPath } from "./env.ts";
import { offerApp } from "./offer-app.ts";
import { listTrainerFiles } from "./trainer-files.ts";

/**
 * `npm run package`: the contributor app as one executable for this system, with uv beside it, in
 * dist/trainchain-contributor-<system>-<processor>/. Run it on the system that it is for. `-- --offer DIR` packs it for
 * a platform that offers it for download (its APP_DIR).
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string" }, offer: { type: "string" } } });
const isWindows = process.platform === "win32";
const out = values.out ?? join(root, "dist", `trainchain-contributor-${process.platform}-${process.arch}`);
const work = join(root, ".cache", "package");
const program = join(out, isWindows ? "trainchain-contributor.exe" : "trainchain-contributor");
/** What the injected data is found by (Node's documentation of single executables). */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
mkdirSync(join(out, "bin"), { recursive: true });

const screens = await buildScreens();
await bundle();
await writeProgram(makeBlob());
await putUvBeside();
process.stderr.write(`• ${program}\n`);
if (values.offer) {
  await offerApp(out, callersPath(values.offer));
  process.stderr.write(
    `• packed into ${values.offer}, with what the site needs to offer it; an API that serves the folder reads it at its start\n`,
  );
}

/** One CommonJS file, which is what Node takes as the main script of a single executable. */
async function bundle(): Promise<void> {
  await build({
    input: join(root, "apps", "contributor", "agent", "src", "window", "packaged.ts"),
    platform: "node",
    output: { file: join(work, "app.cjs"), format: "cjs", minify: true, codeSplitting: false },
    logLevel: "warn",
  });
}

function makeBlob(): string {
  const assets = {
    ...Object.fromEntries(filesIn(screens).map((name) => [`screens/${name}`, join(screens, name)])),
    ...Object.fromEntries(listTrainerFiles(root).map((name) => [name, join(root, name)])),
  };
  const blob = join(work, "app.blob");
  const config = { main: join(work, "app.cjs"), output: blob, disableExperimentalSEAWarning: true, assets };
  writeFileSync(join(work, "sea.json"), JSON.stringify(config));
  run(process.execPath, ["--experimental-sea-config", join(work, "sea.json")]);
  return blob;
}

async function writeProgram(blob: string): Promise<void> {
  rmSync(program, { force: true });
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  // macOS refuses a signed file that was changed: its signature goes first, and a local one is made afterwards.
  if (process.platform === "darwin") run("codesign", ["--remove-signature", program]);
  const { inject } = await import("postject");
  await inject(program, "NODE_SEA_BLOB", readFileSync(blob), {
    sentinelFuse: fuse,
    ...(process.platform === "darwin" ? { machoSegmentName: "NODE_SEA" } : {}),
  });
  if (process.platform === "darwin") run("codesign", ["--sign", "-", program]);
}

async function putUvBeside(): Promise<void> {
  const uv = await ensureUv({ cacheDir: join(root, ".toolchain", "uv") });
  const name = isWindows ? "uv.exe" : "uv";
  const file = uv === "uv" ? findOnPath(name) : uv;
  copyFileSync(file, join(out, "bin", name));
  chmodSync(join(out, "bin", name), 0o755);
}

function findOnPath(name: string): string {
  const { stdout } = spawnSync(isWindows ? "where" : "which", [name], { encoding: "utf8" });
  return stdout.trim().split(/\r?\n/)[0] ?? name;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((name) => name.replaceAll("\\", "/"));
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}
