import { imageLimits, isClassName } from "@trainchain/protocol/plain";
import { findForeignFile } from "../foreign-file.ts";
import {
  type ArchiveProblem,
  type ArchiveProblemKind,
  createArchiveProblemLog,
  type ReportArchiveProblem,
} from "./archive-problems.ts";
import { endsEarly } from "./ends-early.ts";
import { foreignFormat, foreignFormatOfName } from "./foreign-image.ts";
import { endingsOf, type ImageFormat, imageFormats, readImageHeader } from "./image-header.ts";
import { createPlacing, type Split } from "./place-of-file.ts";
import { type ArchiveFile, archiveLimits, type OpenArchive, openArchive } from "./read-archive.ts";

export interface ClassCounts {
  name: string;
  train: number;
  val: number;
  test: number;
}

/** What a check of an image archive found; what the requester is shown before anything is sent. */
export interface ImageArchiveReport {
  ok: boolean;
  format: "zip";
  /** A folder a class, or train, val and test with a folder a class in each. */
  layout: "folders" | "splits";
  /** Usable images: readable, repetitions taken out. */
  images: number;
  sizeBytes: number;
  /** By code point: the order of the model's outputs. */
  classes: ClassCounts[];
  duplicates: number;
  errors: number;
  warnings: number;
  /** The first 20, errors before warnings. */
  problems: ArchiveProblem[];
}

/** An image that will be trained or measured on. */
export interface ArchiveImage {
  file: ArchiveFile;
  split: Split;
  className: string;
  format: ImageFormat;
}

export interface ScannedArchive {
  report: ImageArchiveReport;
  /** By path. */
  images: ArchiveImage[];
  close(): Promise<void>;
}

export interface ScanOptions {
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
  mostPixels?: number;
}

/**
 * Checks a whole image archive, one image in memory at a time, and lists its usable images. Whether an image decodes
 * to its last pixel is not known here: format and size are read from its header.
 */
export async function scanImageArchive(
  archive: Blob,
  { onProgress, signal, mostPixels = archiveLimits.pixelsInAll }: ScanOptions = {},
): Promise<ScannedArchive> {
  const log = createArchiveProblemLog();
  const opened = await openArchive(archive, log.report);
  const pictures = opened && log.errors() === 0 ? await findPictures(opened, log.report) : [];
  const placed = placeFiles(pictures, log.report);
  const filter = createRepetitionFilter(log.report);
  const images: ArchiveImage[] = [];
  let pixels = 0;
  for (const [index, candidate] of placed.entries()) {
    signal?.throwIfAborted();
    const image = await readImage(candidate, log.report);
    if (image && (await filter.isNew(image))) {
      images.push(image.image);
      pixels += image.pixels;
    }
    if (pixels > mostPixels) {
      log.report("too-many-pixels-in-all", "");
      break;
    }
    if (index % 64 === 0) onProgress?.(index / placed.length);
  }
  onProgress?.(1);
  const classes = countClasses(images);
  if (opened && log.errors() === 0) checkClasses(classes, images, opened, log.report);
  return {
    report: {
      ok: log.errors() === 0,
      format: "zip",
      layout: placed.some(({ named }) => named) ? "splits" : "folders",
      images: images.length,
      sizeBytes: archive.size,
      classes,
      duplicates: filter.duplicates(),
      errors: log.errors(),
      warnings: log.warnings(),
      problems: log.firstProblems(),
    },
    images,
    close: async () => opened?.close(),
  };
}

interface Candidate {
  file: ArchiveFile;
  split: Split;
  className: string;
  named: boolean;
}

const endings = new Set<string>(imageFormats.flatMap((format) => endingsOf[format]));
const packed = new Set(["zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst"]);
const tables = new Set(["csv", "tsv", "xlsx", "json", "jsonl", "xml"]);

function endingOf(path: string): string {
  const name = path.split("/").at(-1) ?? "";
  return name.includes(".") ? (name.split(".").at(-1)?.toLowerCase() ?? "") : "";
}

/** What stands beside the images. */
function kindOfOther(ending: string): ArchiveProblemKind {
  if (tables.has(ending)) return "label-table";
  return packed.has(ending) ? "inner-archive" : "not-an-image";
}

/** The images among an archive's files: by their endings, and where a name has none by what they hold. */
async function findPictures({ files }: OpenArchive, report: ReportArchiveProblem): Promise<ArchiveFile[]> {
  const pictures: ArchiveFile[] = [];
  for (const file of files) {
    const ending = endingOf(file.path);
    const foreign = foreignFormatOfName(ending);
    if (endings.has(ending)) pictures.push(file);
    else if (foreign) report("foreign-image", file.path, foreign);
    else if (ending === "" && (await holdsImage(file))) pictures.push(file);
    else report(kindOfOther(ending), file.path);
  }
  return pictures;
}

/** What cannot be read is told when it is read as an image; a file without an ending need not be one. */
async function holdsImage(file: ArchiveFile): Promise<boolean> {
  const bytes = await file.read().catch(() => undefined);
  return bytes !== undefined && (readImageHeader(bytes) ?? foreignFormat(bytes)) !== undefined;
}

function placeFiles(pictures: readonly ArchiveFile[], report: ReportArchiveProblem): Candidate[] {
  const placeOf = createPlacing(pictures.map(({ path }) => path));
  const spellings = new Map<string, string>();
  return pictures
    .toSorted((a, b) => byCodePoint(a.path, b.path))
    .flatMap((file): Candidate[] => {
      const place = placeOf(file.path);
      if ("problem" in place) {
        report(place.problem, file.path);
        return [];
      }
      const className = place.className.normalize("NFC");
      const spelling = spellings.get(className.toLowerCase());
      if (spelling === undefined) spellings.set(className.toLowerCase(), className);
      if (!isClassName(className)) report("bad-class-name", file.path);
      else if (spelling !== undefined && spelling !== className) report("class-names-collide", file.path);
      else return [{ ...place, className, file }];
      return [];
    });
}

async function readImage({ file, split, className }: Candidate, report: ReportArchiveProblem) {
  const bytes = await file.read().catch((error: unknown) => {
    report("damaged", file.path, error instanceof Error ? error.message : undefined);
    return undefined;
  });
  if (!bytes) return undefined;
  const header = readImageHeader(bytes);
  if (!header) {
    reportNoImage(bytes, file.path, report);
    return undefined;
  }
  if (header.width * header.height > archiveLimits.pixels) {
    report("too-many-pixels", file.path, `${header.width} × ${header.height}`);
    return undefined;
  }
  if (Math.max(header.width, header.height) > archiveLimits.aspect * Math.min(header.width, header.height)) {
    report("too-narrow", file.path, `${header.width} × ${header.height}`);
    return undefined;
  }
  if (endsEarly(bytes, header.format)) {
    report("ends-early", file.path);
    return undefined;
  }
  const ending = endingOf(file.path);
  if (ending !== "" && !endingsOf[header.format].includes(ending))
    report("other-format", file.path, `it is ${header.format}`);
  const pixels = header.width * header.height;
  return { image: { file, split, className, format: header.format }, bytes, pixels };
}

/** Says what stands where an image should. */
function reportNoImage(bytes: Uint8Array, path: string, report: ReportArchiveProblem): void {
  const format = foreignFormat(bytes);
  const kind = format ? undefined : findForeignFile(bytes)?.kind;
  if (format) report("foreign-image", path, format);
  else if (kind === "lfs-pointer") report("not-downloaded", path, "it is a Git LFS pointer");
  else if (kind === "html-page") report("not-downloaded", path, "it is an HTML page");
  else report("unreadable-image", path);
}

/** Knows every image by its SHA-256: the same picture twice is a repetition, a leak or a contradiction. */
function createRepetitionFilter(report: ReportArchiveProblem) {
  const seen = new Map<string, ArchiveImage>();
  let duplicates = 0;
  return {
    duplicates: () => duplicates,
    async isNew({ image, bytes }: { image: ArchiveImage; bytes: Uint8Array }): Promise<boolean> {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
      const key = String.fromCharCode(...digest);
      const first = seen.get(key);
      if (!first) {
        seen.set(key, image);
        return true;
      }
      const kind =
        first.className !== image.className
          ? "in-two-classes"
          : first.split !== image.split
            ? "in-two-splits"
            : "duplicate";
      report(kind, image.file.path, first.file.path);
      if (kind === "duplicate") duplicates += 1;
      return false;
    },
  };
}

function countClasses(images: readonly ArchiveImage[]): ClassCounts[] {
  const counts = new Map<string, ClassCounts>();
  for (const { className: name, split } of images) {
    const count = counts.get(name) ?? { name, train: 0, val: 0, test: 0 };
    count[split] += 1;
    counts.set(name, count);
  }
  return [...counts.values()].toSorted((a, b) => byCodePoint(a.name, b.name));
}

function checkClasses(
  classes: readonly ClassCounts[],
  images: readonly ArchiveImage[],
  { folders }: OpenArchive,
  report: ReportArchiveProblem,
): void {
  const hasTest = classes.some(({ test }) => test > 0);
  for (const { name, train, val, test } of classes) {
    const enough = hasTest
      ? train >= 2 && test >= 1
      : train >= 3 || (train >= 2 && val >= 1 && train + val >= 4);
    if (!enough) report("too-few-images", name, `train ${train}, val ${val}, test ${test}`);
  }
  // A folder that holds nothing and lies where class folders lie.
  const filled = new Set(images.flatMap(({ file }) => foldersOf(file.path)));
  const depths = new Set(images.map(({ file }) => file.path.split("/").length - 1));
  for (const folder of folders)
    if (!filled.has(folder) && depths.has(folder.split("/").length)) report("empty-class", folder);
  if (classes.length < imageLimits.classes.least) report("too-few-classes", "");
  if (classes.length > imageLimits.classes.most) report("too-many-classes", "");
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** As Python sorts: JavaScript's own order is by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
