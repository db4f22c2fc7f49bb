import { type PlainRowReader, plainBlockBytes } from "./plain-rows.ts";
import { type ByteReader, emitJson, type ReaderOptions, type RowSink } from "./row-reader.ts";

const lineBreak = 0x0a;
const nothing = new Uint8Array(0);

/** JSON Lines: one JSON object per line; blank lines are skipped. Rows that `plain` does not read are parsed. */
export function createJsonlReader(
  sink: RowSink,
  { maxRowChars }: ReaderOptions,
  plain?: PlainRowReader,
): ByteReader {
  /** A character takes at most 3 bytes in UTF-8, or 4 where it counts as two. */
  const maxLineBytes = 3 * maxRowChars;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let line = 1;
  let unfinished = nothing;
  /** Inside a line that is already known to be too long. */
  let skipping = false;

  /** Parses one line; false where it is not UTF-8. */
  const take = (bytes: Uint8Array): boolean => {
    // Files that were put one behind the other keep their marks.
    const from = hasByteOrderMark(bytes) ? 3 : 0;
    const row = bytes.subarray(from);
    if (row.length === 0 && !skipping) return true;
    if (skipping || row.length > maxLineBytes) sink.problem("row-too-large", line);
    else return parse(row);
    return true;
  };

  const parse = (bytes: Uint8Array): boolean => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      sink.problem("not-utf8", line);
      return false;
    }
    if (text.length > maxRowChars) sink.problem("row-too-large", line);
    else if (!isBlank(text)) emitJson(sink, line, text);
    return true;
  };

  const keep = (bytes: Uint8Array) => {
    skipping ||= unfinished.length + bytes.length > maxLineBytes + 3;
    unfinished = skipping ? nothing : joined(unfinished, bytes);
  };

  /** The line that ends at the first line break; returns the place behind it, −1 where it is not UTF-8. */
  const takeOne = (bytes: Uint8Array, start: number): number => {
    const end = bytes.indexOf(lineBreak, start);
    const rest = bytes.subarray(start, end);
    if (!take(unfinished.length > 0 ? joined(unfinished, rest) : rest)) return -1;
    unfinished = nothing;
    skipping = false;
    line += 1;
    return end + 1;
  };

  /** Whole lines that fit into a block; false where one is not UTF-8. */
  const takeBlock = (bytes: Uint8Array): boolean => {
    plain?.load(bytes);
    let at = 0;
    while (at < bytes.length) {
      if (plain) {
        const read = plain.read(at, maxRowChars, (row) => sink.plainRow(line + row.linesBefore, row));
        at = read.at;
        line += read.lines;
      }
      if (at < bytes.length) at = takeOne(bytes, at);
      if (at < 0) return false;
    }
    return true;
  };

  return {
    push(bytes) {
      // Searching backwards is slow, and a hostile file may have no break at all.
      const end = bytes.includes(lineBreak) ? bytes.lastIndexOf(lineBreak) + 1 : 0;
      let start = 0;
      if (end > 0 && (unfinished.length > 0 || skipping)) start = takeOne(bytes, 0);
      while (start >= 0 && start < end) {
        const blockEnd = bytes.lastIndexOf(lineBreak, Math.min(end, start + plainBlockBytes) - 1) + 1;
        if (blockEnd <= start) start = takeOne(bytes, start);
        else start = takeBlock(bytes.subarray(start, blockEnd)) ? blockEnd : -1;
      }
      if (start < 0) return false;
      keep(bytes.subarray(end));
      return true;
    },
    end() {
      take(unfinished);
    },
  };
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Only a short line can be blank, so long ones are not searched. */
function isBlank(text: string): boolean {
  return text.charCodeAt(0) !== 0x7b && text.trim() === "";
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
