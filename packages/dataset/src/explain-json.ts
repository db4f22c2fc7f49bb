import type { ProblemKind } from "./problems.ts";

/** Why a text is no JSON. */
export interface JsonFault {
  kind: Extract<ProblemKind, "not-json" | `json-${string}`>;
  /** Where, and what stands there. */
  detail: string;
  /** In place of the kind's own. */
  fix?: string;
}

class Fault extends Error {
  readonly kind: JsonFault["kind"];
  readonly at: number;

  constructor(kind: JsonFault["kind"], at: number) {
    super(kind);
    this.kind = kind;
    this.at = at;
  }
}

const deepest = 200;
const shownChars = 24;
const spaces = /[ \t\r\n]*/y;
const numbers = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?(?![\w.])/y;
const literals = /(true|false|null)(?!\w)/y;
const nan = /-?(NaN|Infinity)(?!\w)/y;
const comments = /\/[/*]|#/y;
const curlyQuote = /^[“”„‟‘’‚«»]/;
const straighten =
  'Write straight quotes (") around names and texts: a program for writing letters has put curly ones there.';
const python = /(None|True|False|nan|inf)(?!\w)|[urb]?'/y;

/** Finds the first thing in a text that `JSON.parse` refuses, by the grammar of RFC 8259. */
export function explainJson(text: string): JsonFault {
  const end = text.trimEnd().length;
  try {
    readText(text, end);
    return { kind: "not-json", detail: "it cannot be read" };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const { kind, at } = fault;
    if (at >= end) return { kind: "json-ends-early", detail: `after character ${end.toLocaleString("en")}` };
    const found = text.slice(at, Math.min(end, at + shownChars));
    const more = at + shownChars < end ? "…" : "";
    const detail = `character ${(at + 1).toLocaleString("en")}, at ${found}${more}`;
    return kind === "not-json" && curlyQuote.test(found)
      ? { kind, detail, fix: straighten }
      : { kind, detail };
  }
}

/** Reads one JSON text to its end; throws a `Fault` where it breaks the grammar. */
function readText(text: string, end: number): void {
  let at = 0;

  const stands = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    return pattern.test(text);
  };
  /** Whether the pattern stands here; goes behind it. */
  const take = (pattern: RegExp): boolean => {
    const found = stands(pattern);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const skipSpace = () => take(spaces);
  const refuse = (kind: JsonFault["kind"] = "not-json") => {
    throw new Fault(kind === "not-json" && stands(comments) ? "json-comment" : kind, at);
  };

  const readString = (): void => {
    for (at += 1; text[at] !== '"'; at += 1) {
      if (at >= end) refuse("json-ends-early");
      if (text.charCodeAt(at) < 0x20) refuse("json-raw-control");
      if (text[at] !== "\\") continue;
      if (!/^\\(["\\/bfnrt]|u[\da-fA-F]{4})/.test(text.slice(at, at + 6))) refuse("json-escape");
      at += 1;
    }
    at += 1;
  };

  /** Members of an object or elements of an array, up to the bracket that closes it. */
  const readMembers = (close: "}" | "]", depth: number): void => {
    at += 1;
    skipSpace();
    for (let first = true; text[at] !== close; first = false) {
      if (!first) {
        if (text[at] !== ",") refuse(at >= end ? "json-ends-early" : "not-json");
        const comma = at;
        at += 1;
        skipSpace();
        if (text[at] === close || text[at] === ",") {
          at = comma;
          refuse("json-extra-comma");
        }
      }
      if (close === "}") readKey();
      readValue(depth + 1);
      skipSpace();
    }
    at += 1;
  };

  const readKey = (): void => {
    if (text[at] !== '"') refuse(stands(python) ? "json-python" : "not-json");
    readString();
    skipSpace();
    if (text[at] !== ":") refuse();
    at += 1;
    skipSpace();
  };

  const readValue = (depth: number): void => {
    if (depth > deepest || at >= end) refuse();
    if (text[at] === '"') readString();
    else if (text[at] === "{") readMembers("}", depth);
    else if (text[at] === "[") readMembers("]", depth);
    else if (!take(literals) && !take(numbers))
      refuse(stands(nan) ? "json-nan" : stands(python) ? "json-python" : "not-json");
  };

  skipSpace();
  readValue(0);
  skipSpace();
  if (at < end) refuse(text[at] === "," ? "json-extra-comma" : "not-json");
}
