import { type FileEntry, ZipReader } from "@zip.js/zip.js";
import { BoundedReader } from "./bounded-reader.ts";
import { isClutter } from "./images/place-of-file.ts";
import type { ProblemKind } from "./problems.ts";
import { bounded, piecesOf, unpackLimits } from "./unpack.ts";

/** The one data file of a zip archive, or what the archive is instead. */
export type ZipContent =
  | { name: string; chunks: AsyncIterable<Uint8Array> }
  | { kind: ProblemKind; detail?: string };

const dataFile = /\.(jsonl|ndjson|json|csv|tsv|txt|parquet)(\.gz)?$/i;
const imageFile = /\.(png|jpe?g|jfif|webp|bmp|gif|tiff?|heic|avif)$/i;

/** What says something of the data, and is none. */
const about =
  /(^|\/)(readme|licen[cs]e|copying|notice|citation|changelog|authors|makefile|dockerfile|dataset-metadata|dataset_infos?|datapackage)(\.[a-z]{2,5})?$/i;
const packedFile = /\.(zip|7z|rar|tar|tgz|gz|bz2|xz|zst)$/i;

/** Looks into a zip archive by its list of files. */
export async function openZip(archive: Blob): Promise<ZipContent> {
  const options = { useWebWorkers: false, checkCrc32: true, filenameValidation: "tolerant" } as const;
  const reader = new ZipReader(new BoundedReader(archive), options);
  const entries: FileEntry[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory || isClutter(entry.filename)) continue;
      entries.push(entry as FileEntry);
      if (entries.length > unpackLimits.entries) break;
    }
  } catch (error) {
    return { kind: "damaged-file", detail: error instanceof Error ? error.message : "it is no zip archive" };
  }
  const names = entries.map(({ filename }) => filename);
  if (names.includes("xl/workbook.xml")) return { kind: "office-file", detail: "an Excel workbook (.xlsx)" };
  if (names.includes("word/document.xml")) return { kind: "office-file", detail: "a Word document (.docx)" };
  if (names.includes("content.xml") && names.includes("mimetype"))
    return { kind: "office-file", detail: "an OpenDocument file (.ods, .odt)" };
  const files = entries.filter(({ filename }) => dataFile.test(filename));
  const others = files.filter(({ filename }) => !about.test(filename));
  const data = others.length > 0 ? others : files;
  const pictures = names.filter(
    (name) => imageFile.test(name) || !(name.split("/").at(-1)?.includes(".") || about.test(name)),
  );
  const [only] = data;
  const packed = names.find((name) => packedFile.test(name));
  if (!only && packed !== undefined && !names.some((name) => imageFile.test(name)))
    return { kind: "packed-file", detail: `inside it is a packed file again, "${packed.slice(0, 60)}"` };
  // Labels of boxes lie beside their images, a text for each.
  const areLabels = data.length > 1 && pictures.length === data.length;
  if (!only || areLabels || pictures.length > data.length) return { kind: "image-archive" };
  const label = ({ filename }: FileEntry) => `"${filename.slice(0, 60)}"`;
  if (data.length > 1)
    return {
      kind: "several-files",
      detail: `${data.slice(0, 5).map(label).join(", ")}${data.length > 5 ? " …" : ""}`,
    };
  if (only.encrypted) return { kind: "packed-file", detail: "it asks for a password" };
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const unpacking = () => only.getData(writable, { useWebWorkers: false, checkCrc32: true });
  return { name: only.filename, chunks: bounded(startedBy(unpacking, readable), only.compressedSize) };
}

/** Reads a stream whose writer begins with the first read; its failure is the reader's. */
async function* startedBy(start: () => Promise<unknown>, stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  let failure: { error: unknown } | undefined;
  const writing = start().catch((error: unknown) => {
    failure = { error };
    // A writer that fails need not have closed its stream: a read would wait for it without end.
    reader.cancel().catch(() => undefined);
  });
  yield* piecesOf(reader);
  await writing;
  if (failure) throw failure.error;
}
