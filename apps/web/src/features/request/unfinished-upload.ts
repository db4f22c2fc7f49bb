import { blobSource, fingerprint } from "@trainchain/api-client";

const start = (wallet: string) => `trainchain-upload/${wallet}/`;

/**
 * Where an upload of this file by this wallet is remembered: by its bytes, as a file that was changed may keep name,
 * size and date. Undefined on a page without hashes (neither https nor this machine), where none goes on.
 */
export async function uploadKey(wallet: string, file: File): Promise<string | undefined> {
  if (!window.isSecureContext) return undefined;
  return `${start(wallet)}${await fingerprint(blobSource(file, file.name))}`;
}

export interface BegunUpload {
  id: string;
  fileName: string;
}

/** An upload that was begun in this browser and not used yet. */
export function findUpload(key: string): BegunUpload | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepUpload(key: string, upload: BegunUpload): void {
  localStorage.setItem(key, JSON.stringify(upload));
}

export function forgetUpload(key: string): void {
  localStorage.removeItem(key);
}

/** Uploads that a wallet began in this browser and that no request was made of yet. */
export function listUploads(wallet: string): BegunUpload[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(start(wallet)))
    .flatMap((key) => findUpload(key) ?? []);
}
