import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pythonPath } from "@trainchain/python-env";
import { pythonEnvDir } from "../../scripts/env.ts";

/**
 * Places the Python environment in `dir`/env for other users than the one that made it: with the same packages, on a
 * copy of the same Python, because that may lie in a home that nobody else may enter. Returns where its libraries are.
 */
export async function placeReachablePython(dir: string): Promise<string> {
  const code = "import sys; print(sys.base_prefix, 'python%d.%d' % sys.version_info[:2], sep='\\n')";
  const said = execFileSync(pythonPath(pythonEnvDir), ["-c", code], { encoding: "utf8" });
  const [prefix = "", name = ""] = said.split("\n");
  const [base, env] = [join(dir, "base"), join(dir, "env")];
  const libraries = join(base, "lib");
  await mkdir(join(base, "bin"), { recursive: true });
  await cp(join(prefix, "bin", name), join(base, "bin", name));
  const unneeded = /[\\/](site-packages|dist-packages|test|idlelib|config-[^\\/]*)$/;
  await cp(join(prefix, "lib", name), join(libraries, name), {
    recursive: true,
    dereference: true,
    filter: (path) => !unneeded.test(path),
  });
  for (const file of await readdir(join(prefix, "lib")))
    if (file.startsWith("libpython")) await cp(join(prefix, "lib", file), join(libraries, file));
  await mkdir(join(env, "bin"), { recursive: true });
  await writeFile(join(env, "pyvenv.cfg"), `home = ${join(base, "bin")}\n`);
  await symlink(join(base, "bin", name), pythonPath(env));
  await symlink(join(pythonEnvDir, "lib"), join(env, "lib"));
  return libraries;
}
