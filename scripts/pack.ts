import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatBytes } from "@trainchain/protocol";
import { callersPath } from "./env.ts";
import { bundlePrograms } from "./npm-package/bundle-programs.ts";
import { describeThirdParties, listBundled } from "./npm-package/third-party.ts";
import { listTrainerFiles } from "./trainer-files.ts";

/**
 * `npm run pack`: the npm package `trainchain` as the file that `npm publish` takes, in dist/ (or in `-- --out DIR`).
 * It holds the command line, the contributor's agent and the trainer, and depends on no other package.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = values.out === undefined ? join(root, "dist") : callersPath(values.out);
const folder = join(root, ".cache", "npm-package");
const own = join(root, "scripts", "npm-package");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
mkdirSync(out, { recursive: true });

const bundled = listBundled(await bundlePrograms(root, join(folder, "dist")));
writeFileSync(join(folder, "THIRD_PARTY_LICENCES.txt"), describeThirdParties(bundled));
const migrations = globSync("packages/db/src/migrations/{*.sql,meta/_journal.json}", { cwd: root });
for (const path of ["LICENSE", "trainer/toy-model", ...listTrainerFiles(root), ...migrations])
  cpSync(join(root, path), join(folder, path), { recursive: true });
cpSync(join(own, "README.md"), join(folder, "README.md"));
cpSync(join(own, "bin.js"), join(folder, "bin", "trainchain.js"));

const { name, description, license } = readManifest("package.json");
const { version } = readManifest("apps/cli/package.json");
const manifest = {
  ...{ name, version, description, license },
  type: "module",
  bin: { trainchain: "bin/trainchain.js" },
  engines: { node: ">=22.18" },
};
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

const { status } = spawnSync("npm", ["pack", "--silent", "--pack-destination", out], {
  cwd: folder,
  stdio: ["ignore", "ignore", "inherit"],
  shell: process.platform === "win32",
});
if (status !== 0) throw new Error(`npm pack ended with ${status}`);
const file = join(out, `${name}-${version}.tgz`);
process.stderr.write(
  `• ${file}: ${formatBytes(statSync(file).size)}, with code of ${bundled.length} packages\n`,
);

function readManifest(path: string): Record<"name" | "version" | "description" | "license", string> {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
