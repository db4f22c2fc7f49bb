import fc from "fast-check";
import type { DatasetRow } from "./dataset-row.ts";

/** Text with everything that trips parsers: quotes, commas, escapes, line breaks, characters of 1 to 4 bytes. */
export const awkwardText = fc
  .array(
    fc.constantFrom(
      "a",
      "é",
      "漢",
      "😀",
      '"',
      "\\",
      ",",
      "\n",
      "\r\n",
      "/",
      "\u2028",
      "\t",
      "{",
      "]",
      ":",
      "\\u0041",
    ),
  )
  .map((parts) => parts.join(""));

/** Never blank, so the row is valid whatever its text. */
const filledText = awkwardText.map((text) => `x${text}`);

export const validRow: fc.Arbitrary<DatasetRow> = fc.record({
  instruction: filledText,
  input: awkwardText,
  output: filledText,
});

export const encode = (text: string) => new TextEncoder().encode(text);

/** The bytes cut at the given places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1], end));
}

export function csvOf(
  rows: readonly DatasetRow[],
  columns: readonly ("instruction" | "input" | "output")[],
): string {
  const field = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map((row) => columns.map((column) => field(row[column])).join(","));
  return [columns.join(","), ...lines].join("\r\n");
}
