import { type EntryMetaData, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { BoundedReader } from "../bounded-reader.ts";
import type { ReportArchiveProblem } from "./archive-problems.ts";
import { isClutter, isHidden, isUnsafePath } from "./place-of-file.ts";

export const archiveLimits = {
  files: 200_000,
  /** Of any sort: folders, and what operating systems add, too. */
  entries: 800_000,
  /** Of all files together, unpacked. */
  totalBytes: 32 * 1024 ** 3,
  imageBytes: 64 * 1024 ** 2,
  /** Unpacked over packed, for files of a mebibyte or more: images are packed already. */
  ratio: 100,
  /** Unpacked over packed for the archive as a whole, once it unpacks to more than `freeBytes`. */
  ratioInAll: 20,
  freeBytes: 64 * 1024 ** 2,
  pixels: 64_000_000,
  /** Of all images together: what trainer/check_images.py decodes in its time. */
  pixelsInAll: 50_000_000_000,
  /** Longer over shorter side: the shorter is scaled to the network's. trainer/image_input.py has the same. */
  aspect: 50,
} as const;

export interface ArchiveFile {
  path: string;
  /** The bytes, unpacked; rejects where they are not what the archive says. */
  read(): Promise<Uint8Array>;
}

export interface OpenArchive {
  files: ArchiveFile[];
  /** Folders that the archive names, without the slash at the end. */
  folders: string[];
  close(): Promise<void>;
}

/**
 * Lists a zip archive by its central directory and refuses, before anything is unpacked, what no image archive has:
 * links, encryption, paths that leave the folder, bombs by ratio, size or number. Works in browsers and Node alike:
 * of a Blob on disk only the pieces asked for are read.
 */
export async function openArchive(
  archive: Blob,
  report: ReportArchiveProblem,
): Promise<OpenArchive | undefined> {
  const reader = new ZipReader(new BoundedReader(archive), {
    useWebWorkers: false,
    filenameValidation: "tolerant",
    checkOverlappingEntry: true,
    checkCrc32: true,
  });
  const files: ArchiveFile[] = [];
  const folders: string[] = [];
  const separators = createSeparators();
  const limits = createLimits(archive.size, report);
  let entries = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      entries += 1;
      if (entries > archiveLimits.entries) {
        report("too-many-files", "");
        break;
      }
      const path = separators.pathOf(entry.filename);
      if (path === "" || isClutter(path)) continue;
      if (isUnsafePath(path)) report("unsafe-path", path);
      else if (entry.directory || path.endsWith("/")) folders.push(path.replace(/\/$/, ""));
      else if (entry.symlink || isSpecial(entry.externalFileAttributes)) report("link", path);
      else if (entry.encrypted) report("encrypted", path);
      else if (!limits.mayAdd(entry)) break;
      else if (isHidden(path)) report("hidden", path);
      else files.push({ path, read: () => readEntry(entry as FileEntry) });
    }
  } catch (error) {
    report("not-a-zip", "", error instanceof Error ? error.message : undefined);
    await reader.close();
    return undefined;
  }
  const ambiguous = separators.ambiguous();
  if (ambiguous !== undefined) report("unsafe-path", ambiguous);
  return { files, folders, close: () => reader.close() };
}

/**
 * Paths as they are read: without the "./" that some tools put before each, and with the separators of Windows, by
 * which older PowerShell packs, turned. An archive with both kinds means two things by one of them.
 */
function createSeparators() {
  let hasSlash = false;
  let turned: string | undefined;
  return {
    pathOf(filename: string): string {
      hasSlash ||= filename.includes("/");
      const isWindows = filename.includes("\\") && !filename.includes("/");
      if (isWindows) turned ??= filename;
      return (isWindows ? filename.replaceAll("\\", "/") : filename).replace(/^(\.\/)+/, "");
    },
    /** A path of Windows in an archive that has others as well. */
    ambiguous: () => (hasSlash ? turned : undefined),
  };
}

/** What Unix calls neither a regular file nor nothing in particular: devices, pipes, sockets. */
function isSpecial(attributes: number | undefined): boolean {
  const type = ((attributes ?? 0) >>> 28) & 0xf;
  return type !== 0 && type !== 8;
}

/** False once the archive as a whole is refused and nothing more needs to be listed. */
function createLimits(packedBytes: number, report: ReportArchiveProblem) {
  let count = 0;
  let totalBytes = 0;
  return {
    mayAdd({ filename, uncompressedSize, compressedSize }: EntryMetaData): boolean {
      count += 1;
      totalBytes += uncompressedSize;
      if (count > archiveLimits.files) report("too-many-files", "");
      else if (totalBytes > archiveLimits.totalBytes) report("too-large-unpacked", "");
      else if (totalBytes > archiveLimits.freeBytes && totalBytes > archiveLimits.ratioInAll * packedBytes)
        report("packed-too-tightly-in-all", "");
      else {
        const isTight =
          uncompressedSize > 1024 ** 2 && uncompressedSize > archiveLimits.ratio * compressedSize;
        if (isTight) report("packed-too-tightly", filename);
        else if (uncompressedSize > archiveLimits.imageBytes) report("file-too-large", filename);
        return true;
      }
      return false;
    },
  };
}

/** Unpacks into memory, at most as much as an image may have, whatever the archive's directory says. */
async function readEntry(entry: FileEntry): Promise<Uint8Array> {
  if (entry.uncompressedSize > archiveLimits.imageBytes) throw new Error("larger than an image may be");
  const bytes = new Uint8Array(entry.uncompressedSize);
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(piece) {
      if (length + piece.length > bytes.length) throw new Error("larger than the archive says");
      bytes.set(piece, length);
      length += piece.length;
    },
  });
  await entry.getData(sink, { useWebWorkers: false });
  if (length !== bytes.length) throw new Error("shorter than the archive says");
  return bytes;
}
