import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KeptUploads, UploadKey } from "@trainchain/requester";

const folder = () => join(homedir(), ".trainchain", "uploads");

/** Ids of uploads that have no request yet, one small file each, so that running the command again resumes them. */
export const unfinishedUploads: KeptUploads = {
  find: (key) => readFile(pathOf(key), "utf8").catch(() => undefined),
  async keep(key, { id }) {
    await mkdir(folder(), { recursive: true, mode: 0o700 });
    await writeFile(pathOf(key), id, { mode: 0o600 });
  },
  forget: (key) => rm(pathOf(key), { force: true }),
};

function pathOf({ wallet, fingerprint }: UploadKey): string {
  return join(folder(), `${wallet.toLowerCase()}-${fingerprint}`);
}
