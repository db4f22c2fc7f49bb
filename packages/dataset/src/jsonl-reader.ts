import { createPlainRowReader } from "./plain-row.ts";
import { type ByteReader, emitJson, type ReaderOptions, type RowSink } from "./row-reader.ts";

const lineBreak = 0x0a;
const nothing = new Uint8Array(0);

/** JSON Lines: one JSON object per line; blank lines are skipped. */
export function createJsonlReader(sink: RowSink, { maxRowChars }: ReaderOptions): ByteReader {
  /** A character takes at most 3 bytes in UTF-8, or 4 where it counts as two. */
  const maxLineBytes = 3 * maxRowChars;
  const readPlainRow = createPlainRowReader();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let line = 1;
  let unfinished = nothing;
  /** Inside a line that is already known to be too long. */
  let skipping = false;

  /** False where the line is not UTF-8. */
  const take = (bytes: Uint8Array, start: number, end: number): boolean => {
    const from = line === 1 && hasByteOrderMark(bytes, start) ? start + 3 : start;
    if (from === end && !skipping) return true;
    if (skipping || end - from > maxLineBytes) sink.problem("row-too-large", line);
    else {
      const row = end - from <= maxRowChars ? readPlainRow(bytes, from, end) : undefined;
      if (row) sink.plainRow(line, row);
      else return parse(bytes.subarray(from, end));
    }
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

  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(lineBreak); end >= 0; end = bytes.indexOf(lineBreak, start)) {
        let isText: boolean;
        if (unfinished.length === 0) isText = take(bytes, start, end);
        else {
          const whole = joined(unfinished, bytes.subarray(start, end));
          isText = take(whole, 0, whole.length);
        }
        if (!isText) return false;
        unfinished = nothing;
        skipping = false;
        line += 1;
        start = end + 1;
      }
      keep(bytes.subarray(start));
      return true;
    },
    end() {
      take(unfinished, 0, unfinished.length);
    },
  };
}

function hasByteOrderMark(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
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
