import { emitJson, type ReaderOptions, type RowReader, type RowSink } from "./row-reader.ts";

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const open = { array: 0x5b, object: 0x7b };
const close = { array: 0x5d, object: 0x7d };

type Place = "before-array" | "before-row" | "in-row" | "after-row" | "after-array";

/**
 * A JSON array of rows. Only brackets and strings are followed here, to find where each row begins and ends;
 * the row itself goes to JSON.parse.
 */
export function createJsonArrayReader(sink: RowSink, { maxRowChars }: ReaderOptions): RowReader {
  let place: Place = "before-array";
  let line = 1;
  let rowLine = 1;
  let rows = 0;
  let unfinished = "";
  let tooLarge = false;
  let depth = 0;
  let inString = false;
  let escaped = false;

  const keep = (text: string) => {
    if (!tooLarge) unfinished += text;
    if (unfinished.length <= maxRowChars) return;
    tooLarge = true;
    unfinished = "";
  };

  const finishRow = () => {
    if (tooLarge) sink.problem("row-too-large", rowLine);
    else emitJson(sink, rowLine, unfinished);
    unfinished = "";
    tooLarge = false;
    rows += 1;
  };

  const broken = () => {
    sink.problem("malformed-array", line);
    return false;
  };

  /** Follows a row from `from` on; returns where it ends, or -1 if it goes on. */
  const scanRow = (text: string, from: number): number => {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x0a) line += 1;
      if (inString) {
        if (escaped) escaped = false;
        else if (code === backslash) escaped = true;
        else if (code === quote) inString = false;
      } else if (code === quote) inString = true;
      else if (code === open.object || code === open.array) depth += 1;
      else if (code === close.object || code === close.array) {
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
      } else if (code === comma && depth === 0) return at;
    }
    return -1;
  };

  /** One character between rows; false where it cannot stand there. */
  const between = (code: number): boolean => {
    if (place === "before-array" && code === open.array) place = "before-row";
    else if (place === "before-row" && code === close.array && rows === 0) place = "after-array";
    else if (place === "after-row" && code === comma) place = "before-row";
    else if (place === "after-row" && code === close.array) place = "after-array";
    else return false;
    return true;
  };

  return {
    push(text) {
      let at = 0;
      while (at < text.length) {
        if (place === "in-row") {
          const end = scanRow(text, at);
          keep(end < 0 ? text.slice(at) : text.slice(at, end));
          if (end < 0) return true;
          finishRow();
          place = "after-row";
          at = end;
          continue;
        }
        const code = text.charCodeAt(at);
        if (isSpace(code)) {
          if (code === 0x0a) line += 1;
          at += 1;
        } else if (place === "before-row" && code !== close.array && code !== comma) {
          place = "in-row";
          rowLine = line;
        } else {
          if (!between(code)) return broken();
          at += 1;
        }
      }
      return true;
    },
    end() {
      if (place !== "after-array") broken();
    },
    line: () => line,
  };
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
