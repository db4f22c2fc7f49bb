import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { findLayout } from "./layouts/find-layout.ts";
import { assertFewValues } from "./parquet-pages.ts";
import { UnreadableFile } from "./unreadable-file.ts";

const limits = {
  /** Of a page, unpacked. */
  pageBytes: 256 * 1024 ** 2,
  /** Of a row group, which is read whole: its columns that are read, unpacked. */
  groupBytes: 1024 ** 3,
  /** The same, as they lie in the file: they are fetched together. */
  packedBytes: 512 * 1024 ** 2,
  groupRows: 4_000_000,
  /** Of the description at the end of the file. */
  metadataBytes: 64 * 1024 ** 2,
};

/** Rows that are written at once. */
const rowsAtOnce = 1_000;

/**
 * The rows of a Parquet file as JSON Lines, a line each. Only columns that a row is made of are read; of the others
 * the names are written, so that they are told. One row group at a time is in memory.
 *
 * @throws UnreadableFile where the file is damaged or asks for more memory than rows of text do
 */
export async function* parquetRows(file: Blob): AsyncGenerator<Uint8Array> {
  const buffer = bufferOf(file);
  try {
    const metadata = await parquetMetadataAsync(buffer, { initialFetchSize: 65_536 });
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = columnsOf(names);
    const others = Object.fromEntries(
      names.filter((name) => !columns.includes(name)).map((name) => [name, 0]),
    );
    const encoder = new TextEncoder();
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      assertModest(group, columns);
      for (const { meta_data: column } of group.columns)
        if (column && columns.includes(column.path_in_schema[0] ?? "")) await assertFewValues(buffer, column);
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        columns,
        rowStart,
        rowEnd,
        compressors: modest,
      });
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        const lines = rows
          .slice(at, at + rowsAtOnce)
          .map((row) => JSON.stringify({ ...row, ...others }, plainValue));
        yield encoder.encode(`${lines.join("\n")}\n`);
      }
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(
      "damaged-file",
      error instanceof Error ? error.message : "it is no Parquet file",
    );
  }
}

/** Columns of a layout; none where there is none: their names say why. */
function columnsOf(names: readonly string[]): string[] {
  const layout = findLayout(names);
  if (!("columns" in layout)) return [];
  const watched = layout.refusedWhereFilled.map(({ column }) => column);
  return [...new Set([...Object.values(layout.columns), ...watched])];
}

/** Asks a file's pieces as they are needed. */
function bufferOf(file: Blob): AsyncBuffer {
  return {
    byteLength: file.size,
    slice(start, end = file.size) {
      if (end - start > limits.packedBytes) throw new UnreadableFile("too-large-unpacked", "a column of it");
      return file.slice(start, end).arrayBuffer();
    },
  };
}

function assertModest({ num_rows: rows, columns }: FileMetaData["row_groups"][number], read: string[]): void {
  const ofRead = columns.flatMap(({ meta_data: column }) =>
    column && read.includes(column.path_in_schema[0] ?? "") ? [column] : [],
  );
  const bytes = ofRead.reduce((sum, column) => sum + Number(column.total_uncompressed_size), 0);
  const packed = ofRead.reduce((sum, column) => sum + Number(column.total_compressed_size), 0);
  if (bytes <= limits.groupBytes && packed <= limits.packedBytes && Number(rows) <= limits.groupRows) return;
  const detail = `a row group of ${Number(rows).toLocaleString("en")} rows and ${bytes.toLocaleString("en")} bytes`;
  throw new UnreadableFile("too-large-unpacked", detail);
}

type Unpack = (input: Uint8Array, outputLength: number) => Uint8Array;

/** The library's own, but for pages that say they are larger than a page of text. */
const modest = Object.fromEntries(
  Object.entries(compressors).map(([codec, unpack]: [string, Unpack]) => [
    codec,
    (input: Uint8Array, outputLength: number) => {
      if (outputLength > limits.pageBytes) throw new UnreadableFile("too-large-unpacked", "a page of it");
      return unpack(input, outputLength);
    },
  ]),
);

/** Whole numbers and bytes as JSON has them. */
function plainValue(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint8Array ? `(${value.length} bytes)` : value;
}
