import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256OfFile } from "@trainchain/storage";

/** One archive of the contributor app, as the site offers it. */
interface AppPackage {
  file: string;
  /** As Node names it: linux, darwin or win32. */
  system: string;
  /** x64 or arm64. */
  processor: string;
  sizeBytes: number;
  sha256: string;
}

const archiveName = /^trainchain-contributor-(linux|darwin|win32)-(x64|arm64)\.(?:tar\.gz|zip)$/;

/**
 * Packs a built app and puts it into the folder that a platform offers for download (APP_DIR), beside the archives of
 * other systems that lie there; index.json then lists all of them, and install.sh fetches the right one.
 * @param app the folder that `npm run package` made
 */
export async function offerApp(app: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${basename(app)}.${process.platform === "win32" ? "zip" : "tar.gz"}`);
  // bsdtar, which Windows and macOS have, packs by the name's ending as GNU tar does, and zip too.
  const unfinished = join(folder, `.new-${basename(archive)}`);
  const { status } = spawnSync(
    "tar",
    ["-caf", unfinished, "--exclude", ".trainchain_env", "-C", dirname(app), basename(app)],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  if (status !== 0) throw new Error(`tar ended with ${status}`);
  await rename(unfinished, archive);
  const packages = await listPackages(folder);
  await writeFile(join(folder, "index.json"), `${JSON.stringify({ packages }, null, 2)}\n`);
  const sums = packages.map(({ sha256, file }) => `${sha256}  ${file}\n`).join("");
  await writeFile(join(folder, "SHA256SUMS.txt"), sums);
  await copyFile(fileURLToPath(new URL("install-app.sh", import.meta.url)), join(folder, "install.sh"));
}

async function listPackages(folder: string): Promise<AppPackage[]> {
  const names = (await readdir(folder)).sort();
  const found = names.flatMap((file) => {
    const [, system, processor] = archiveName.exec(file) ?? [];
    return system && processor ? [{ file, system, processor }] : [];
  });
  return Promise.all(
    found.map(async (entry) => {
      const path = join(folder, entry.file);
      return { ...entry, sizeBytes: (await stat(path)).size, sha256: await sha256OfFile(path) };
    }),
  );
}
