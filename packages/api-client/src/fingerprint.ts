import { readPiece } from "./read-piece.ts";
import type { UploadSource } from "./upload.ts";

const pieceBytes = 8 * 1024 * 1024;

/**
 * SHA-256, in hexadecimal, over the SHA-256s of a source's pieces of 8 MiB: by it an upload that broke off is known to
 * be of these bytes, and of none that have the same name and size. In a browser only where `isSecureContext`.
 */
export async function fingerprint(source: UploadSource): Promise<string> {
  const { subtle } = globalThis.crypto;
  const digests: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; start < source.sizeBytes; start += pieceBytes) {
    const piece = await readPiece(source, start, Math.min(start + pieceBytes, source.sizeBytes));
    digests.push(new Uint8Array(await subtle.digest("SHA-256", piece)));
  }
  const all = await subtle.digest("SHA-256", await new Blob(digests).arrayBuffer());
  return Array.from(new Uint8Array(all), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
