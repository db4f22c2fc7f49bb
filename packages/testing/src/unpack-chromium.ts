import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const version = "153.0.0";

/**
 * Chromium from the npm package @sparticuz/chromium, unpacked once per machine, with the environment it needs. The
 * package unpacks into the temporary folder without a lock; a folder of its own, renamed when whole, lets several
 * test processes begin at once.
 */
export async function unpackChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("no Chrome, Chromium or Edge found; install one of them to run the browser tests");
  }
  const folder = join(tmpdir(), `trainchain-chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  // The package's fonts are for machines that have none.
  const fonts: Record<string, string> = existsSync("/etc/fonts/fonts.conf")
    ? {}
    : { FONTCONFIG_PATH: join(folder, "fonts") };
  return { executablePath: join(folder, "chromium"), env: fonts };
}

async function unpackInto(folder: string): Promise<void> {
  const partial = await mkdtemp(`${folder}-`);
  await promisify(execFile)(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      'const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath();',
    ],
    { cwd: import.meta.dirname, env: { ...process.env, TMPDIR: partial } },
  );
  // Another process may have been faster: its folder is as good.
  await rename(partial, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error;
    await rm(partial, { recursive: true, force: true });
  });
}
