import { createMemberFinder } from "./member-finder.ts";
import { problemTable } from "./problems.ts";
import { emitJson, type ReaderOptions, type RowReader, type RowSink } from "./row-reader.ts";

/** Where the rows of a JSON file are: one array, the array of one member of an object, or objects in a row. */
export type RowsIn = "array" | "objects" | { member: string };

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const slash = 0x2f;
const open = { array: 0x5b, object: 0x7b };
const close = { array: 0x5d, object: 0x7d };

const withoutComments = `${problemTable["json-comment"].fix} Nothing after this place was read.`;

const betweenObjects =
  "Write one object behind the other, or [ row, row, … ]. Nothing after this place was read.";

/** What `scanRow` answers where a row goes on, or where a comment stands in it. */
const unended = -1;
const commented = -2;

type Place = "before-array" | "before-row" | "in-row" | "after-row" | "after-array";

/**
 * Rows of JSON that may be spread over lines. Only brackets and strings are followed here, to find where each row
 * begins and ends; the row itself goes to JSON.parse. Rows of an array are told by their number, others by their line.
 */
export function createJsonReader(
  sink: RowSink,
  { maxRowChars, rowsIn = "array" }: ReaderOptions & { rowsIn?: RowsIn },
): RowReader {
  const inArray = rowsIn !== "objects";
  const member = typeof rowsIn === "object" ? rowsIn.member : undefined;
  const outside = member === undefined ? undefined : createMemberFinder(member, tellOfOther);
  let place: Place = inArray ? "before-array" : "before-row";
  let line = 1;
  let rowLine = 1;
  let rows = 0;
  let unfinished = "";
  let tooLarge = false;
  let depth = 0;
  let inString = false;
  let escaped = false;

  function tellOfOther(name: string): void {
    // Beside its rows the viewer of a hub says what they are made of.
    if (name === "features" && member === "rows") return;
    sink.problem("other-part", 0, undefined, `"${name.slice(0, 60)}"; what is read is "${member}"`);
  }

  const keep = (text: string) => {
    if (!tooLarge) unfinished += text;
    if (unfinished.length <= maxRowChars) return;
    tooLarge = true;
    unfinished = "";
  };

  const finishRow = () => {
    rows += 1;
    const at = inArray ? rows : rowLine;
    if (tooLarge) sink.problem("row-too-large", at);
    else emitJson(sink, at, unfinished);
    unfinished = "";
    tooLarge = false;
  };

  const broken = (what: string) => {
    const fix = inArray ? undefined : betweenObjects;
    sink.problem("malformed-array", inArray ? rows + 1 : line, undefined, `on line ${line}, ${what}`, fix);
    return false;
  };

  const refuseComment = () => {
    sink.problem("json-comment", inArray ? rows + 1 : line, undefined, `on line ${line}`, withoutComments);
    return false;
  };

  /** Follows a row from `from` on; returns where it ends. */
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
      else if (code === slash && isComment(text, at)) return commented;
    }
    return unended;
  };

  /** One character between rows; false where it cannot stand there. */
  const between = (code: number): boolean => {
    if (place === "before-array" && code === open.array) place = "before-row";
    else if (place === "before-row" && code === close.array && inArray) {
      if (rows > 0) sink.problem("trailing-comma", 0);
      place = "after-array";
    } else if (place === "after-row" && code === comma) place = "before-row";
    else if (place === "after-row" && code === close.array && inArray) place = "after-array";
    else return false;
    return true;
  };

  /** What stands around the rows of a member; returns where to go on. */
  const readOutside = (text: string, from: number): number => {
    const end = outside!.push(text, from);
    const stop = end < 0 ? text.length : end;
    for (let at = text.indexOf("\n", from); at >= 0 && at < stop; at = text.indexOf("\n", at + 1)) line += 1;
    if (end >= 0) place = "before-row";
    return stop;
  };

  return {
    push(text) {
      let at = 0;
      while (at < text.length) {
        if (place === "in-row") {
          const end = scanRow(text, at);
          if (end === commented) return refuseComment();
          keep(end < 0 ? text.slice(at) : text.slice(at, end));
          if (end < 0) return true;
          finishRow();
          place = "after-row";
          at = end;
          continue;
        }
        if (outside && (place === "before-array" || place === "after-array")) {
          at = readOutside(text, at);
          continue;
        }
        const code = text.charCodeAt(at);
        const startsRow = place === "before-row" || (place === "after-row" && !inArray);
        if (isSpace(code)) {
          if (code === 0x0a) line += 1;
          at += 1;
        } else if (code === slash && isComment(text, at)) {
          return refuseComment();
        } else if (startsRow && !endsRow(code)) {
          place = "in-row";
          rowLine = line;
        } else {
          if (!between(code)) return broken(`where ${text[at]} cannot stand`);
          at += 1;
        }
      }
      return true;
    },
    end() {
      if (!inArray) {
        if (place === "in-row") finishRow();
      } else if (place !== "after-array") broken("the file ends before the array does: it may be cut off");
    },
    line: () => (inArray ? rows + 1 : line),
  };
}

/** A row that begins with what ends one has no character, and would be read again without end. */
function endsRow(code: number): boolean {
  return code === close.object || code === close.array || code === comma;
}

/** Nothing else in JSON begins so, outside of strings. */
function isComment(text: string, at: number): boolean {
  return text[at + 1] === "/" || text[at + 1] === "*";
}

/** A byte order mark too: files that were put one behind the other keep theirs. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0xfeff;
}
