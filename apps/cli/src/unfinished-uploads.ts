import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What tells one upload from another: the same wallet sending the same bytes again means the same upload. */
export interface UploadKey {
  wallet: string;
  fingerprint: string;
}

/** Ids of uploads that may have broken off, one small file each, so that running the command again resumes them. */
const folder = join(homedir(), ".trainchain", "uploads");

export async function findUpload(key: UploadKey): Promise<string | undefined> {
  return readFile(pathOf(key), "utf8").catch(() => undefined);
}

export async function keepUpload(key: UploadKey, id: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(pathOf(key), id, { mode: 0o600 });
}

export async function forgetUpload(key: UploadKey): Promise<void> {
  await rm(pathOf(key), { force: true });
}

function pathOf({ wallet, fingerprint }: UploadKey): string {
  return join(folder, `${wallet.toLowerCase()}-${fingerprint}`);
}
