import type { AsyncBuffer, ColumnMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { UnreadableFile } from "./unreadable-file.ts";

/** Of one column in one row group: eight bytes each, and as much again while they are unpacked. */
const mostValues = 2 ** 26;

/**
 * Looks at the headers of a column's pages before any is unpacked. How many values a page has is what it says of
 * itself, and memory for so many is taken first: two hundred bytes can ask for all there is, outside of what a thread
 * is given.
 *
 * @throws UnreadableFile where they come to more than a column of text has
 */
export async function assertFewValues(file: AsyncBuffer, column: ColumnMetaData): Promise<void> {
  const start = Number(column.dictionary_page_offset || column.data_page_offset);
  const view = new DataView(await file.slice(start, start + Number(column.total_compressed_size)));
  const reader = { view, offset: 0 };
  let values = 0;
  while (reader.offset < view.byteLength - 1) {
    const header = parquetHeader(reader);
    values += valuesIn(header);
    if (values > mostValues)
      throw new UnreadableFile("too-large-unpacked", `more than ${mostValues.toLocaleString("en")} values`);
    reader.offset += sizeOf(header.compressed_page_size);
  }
}

/** Whichever kind of page it says that it is. */
function valuesIn(page: PageHeader): number {
  const kinds = [page.data_page_header, page.data_page_header_v2, page.dictionary_page_header];
  sizeOf(page.data_page_header_v2?.num_nulls ?? 0);
  return kinds.reduce((sum, kind) => sum + sizeOf(kind?.num_values ?? 0), 0);
}

function sizeOf(given: number): number {
  if (Number.isSafeInteger(given) && given >= 0) return given;
  throw new UnreadableFile("damaged-file", "a page of it has no size");
}
