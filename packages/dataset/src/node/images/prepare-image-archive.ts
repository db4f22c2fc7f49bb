import { createHash } from "node:crypto";
import { createWriteStream, openAsBlob } from "node:fs";
import { join } from "node:path";
import { Transform, Writable } from "node:stream";
import { TrainChainError } from "@trainchain/protocol/plain";
import { Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { endingsOf } from "../../images/image-header.ts";
import { planImageSplit } from "../../images/plan-image-split.ts";
import {
  type ArchiveImage,
  byCodePoint,
  type ImageArchiveReport,
  scanImageArchive,
} from "../../images/scan-image-archive.ts";

export interface PreparedArchive {
  file: string;
  rows: number;
  sizeBytes: number;
  /** Hexadecimal, of the file's bytes. */
  sha256: string;
  /** The path that each image had in the requester's archive, by its new one. */
  sources: ReadonlyMap<string, string>;
}

export interface PreparedImages {
  report: ImageArchiveReport;
  classes: string[];
  holdout: PreparedArchive;
  /** All that is trained on, as train/<class>/<number> and, where the requester gave one, val/<class>/<number>. */
  shard: PreparedArchive;
}

export interface PrepareImagesOptions {
  file: string;
  seed: number;
  /** Images to keep back; a fifth by default, the test folder where there is one. */
  holdout?: number | undefined;
  /** The classes that the requester confirmed, in any order. */
  classes?: readonly string[] | undefined;
  outDir: string;
}

/**
 * Checks an archive and writes it anew as two: holdout and training images. Their bytes depend on the images and the
 * seed alone, and they hold nothing of the original but its images. Throws `dataset-invalid` with the report among
 * the facts.
 */
export async function prepareImageArchive(options: PrepareImagesOptions): Promise<PreparedImages> {
  const { file, seed, holdout, outDir } = options;
  const { report, images, close } = await scanImageArchive(await openAsBlob(file));
  try {
    if (!report.ok) throw refused(report);
    const classes = report.classes.map(({ name }) => name);
    assertConfirmed(classes, options.classes, report);
    const split = planImageSplit(images, report.classes, { seed, holdout });
    const numbered = (folder: (image: ArchiveImage) => string) => (image: ArchiveImage, index: number) =>
      `${folder(image)}/${String(index).padStart(6, "0")}.${endingsOf[image.format][0]}`;
    return {
      report,
      classes,
      holdout: await writeArchive(
        join(outDir, "holdout.zip"),
        split.holdout,
        numbered(({ className }) => className),
      ),
      shard: await writeArchive(
        join(outDir, "shard-0.zip"),
        split.training,
        numbered(({ split: part, className }) => `${part}/${className}`),
      ),
    };
  } finally {
    await close();
  }
}

function refused(report: ImageArchiveReport): TrainChainError {
  const first = report.problems[0];
  const more = report.errors > 1 ? ` (and ${report.errors - 1} more errors)` : "";
  return new TrainChainError(
    "dataset-invalid",
    first ? `${first.file || "the archive"} ${first.problem}${more}` : "the archive cannot be used",
    { fix: first?.fix, facts: { report } },
  );
}

function assertConfirmed(
  found: readonly string[],
  confirmed: readonly string[] | undefined,
  report: ImageArchiveReport,
): void {
  if (!confirmed || confirmed.toSorted(byCodePoint).join() === found.join()) return;
  throw new TrainChainError(
    "dataset-invalid",
    `the archive holds the classes ${found.join(", ")}, not those that were confirmed`,
    { fix: "Confirm the archive's classes as they are, or pack another archive.", facts: { report } },
  );
}

/** The earliest moment that a zip archive can name, in any time zone. */
const noTime = new Date(1980, 0, 1);

async function writeArchive(
  file: string,
  images: readonly ArchiveImage[],
  nameOf: (image: ArchiveImage, index: number) => string,
): Promise<PreparedArchive> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const counted = new Transform({
    transform(piece: Buffer, _, done) {
      hash.update(piece);
      sizeBytes += piece.length;
      done(null, piece);
    },
  });
  const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
  counted.pipe(target);
  const written = new Promise<void>((resolve, reject) => {
    target.once("close", resolve);
    target.once("error", reject);
  });
  const zip = new ZipWriter(Writable.toWeb(counted), {
    level: 0,
    extendedTimestamp: false,
    lastModDate: noTime,
    useWebWorkers: false,
    keepOrder: true,
  });
  const sources = new Map<string, string>();
  for (const [index, image] of images.entries()) {
    const name = nameOf(image, index);
    sources.set(name, image.file.path);
    await zip.add(name, new Uint8ArrayReader(await image.file.read()));
  }
  await zip.close();
  await written;
  return { file, rows: images.length, sizeBytes, sha256: hash.digest("hex"), sources };
}
