import { execFile, spawnSync } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("../../scripts/pack.ts", import.meta.url));

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export type InstalledPackage = Awaited<ReturnType<typeof installPackage>>;

/** Packs the npm package and installs it into an empty folder, without a registry and without npm's cache. */
export async function installPackage(folder: string) {
  const [packed, home] = [join(folder, "packed"), join(folder, "home")];
  await mkdir(home);
  const built = spawnSync(process.execPath, [script, "--out", packed], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the package could not be packed:\n${built.stderr}`);
  const archive = join(packed, (await readdir(packed))[0] ?? "");
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    HOME: home,
    npm_config_cache: join(folder, "npm-cache"),
    npm_config_registry: "http://127.0.0.1:9",
  };
  const options = { cwd: home, env };
  const flags = ["--offline", "--no-audit", "--no-fund", "--prefix", home];
  await promisify(execFile)("npm", ["install", ...flags, archive], options);

  const modules = join(home, "node_modules");
  return {
    /** What `npm run pack` says. */
    said: built.stderr,
    archive,
    home,
    env,
    /** All that npm made in the empty folder. */
    modules,
    /** What npx starts. */
    program: join(modules, "trainchain", "bin", "trainchain.js"),
    /** `npx trainchain …` in the folder, under this and no other setting. */
    npx: (args: string[], settings: Record<string, string> = {}): Promise<Outcome> =>
      new Promise((resolve) => {
        const given = { ...options, env: { ...env, ...settings } };
        execFile("npx", ["--offline", "trainchain", ...args], given, (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
        );
      }),
  };
}
