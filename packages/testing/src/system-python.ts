import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pythonPath } from "@trainchain/python-env";

/** A Python environment that is the system's, without packages: for tests of talking to scripts. Returns its folder. */
export async function linkSystemPython(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "python-"));
  const code = "import sys; print(sys.executable, end='')";
  const python = execFileSync("python3", ["-c", code], { encoding: "utf8" });
  await mkdir(dirname(pythonPath(dir)), { recursive: true });
  await symlink(python, pythonPath(dir));
  return dir;
}
