import type { KeptUploads, UploadKey } from "@trainchain/requester";

const start = (wallet: string) => `trainchain-upload/${wallet}/`;
const nameOf = ({ wallet, fingerprint }: UploadKey) => `${start(wallet)}${fingerprint}`;

interface BegunUpload {
  id: string;
  fileName: string;
}

/**
 * Uploads that were begun in this browser and not used yet, remembered by their bytes: a file that was changed may keep
 * name, size and date. Undefined on a page without hashes (neither https nor this machine), where none goes on.
 */
export const unfinishedUploads: KeptUploads | undefined = window.isSecureContext
  ? {
      find: async (key) => read(nameOf(key))?.id,
      keep: async (key, upload) => localStorage.setItem(nameOf(key), JSON.stringify(upload)),
      forget: async (key) => localStorage.removeItem(nameOf(key)),
    }
  : undefined;

/** Uploads that a wallet began in this browser and that no request was made of yet. */
export function listUploads(wallet: string): BegunUpload[] {
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(start(wallet)))
    .flatMap((name) => read(name) ?? []);
}

function read(name: string): BegunUpload | undefined {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
