import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineReader } from "./line-reader.ts";

function linesOf(pieces: readonly string[], most?: number): string[] {
  const lines: string[] = [];
  const reader = createLineReader((line) => lines.push(line), most);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return lines;
}

test("lines are the same however the text was cut into pieces", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r", " ") });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(linesOf(pieces)).toEqual(linesOf([pieces.join("")]));
    }),
  );
  expect(linesOf(["one\r", "\ntwo\n\nfo", "ur"])).toEqual(["one", "two", "", "four"]);
});

test("a line that does not end is cut, and the next is read as ever", () => {
  const endless = Array.from({ length: 1_000 }, () => "x".repeat(1_000));
  expect(linesOf([...endless, "\nnext\n"], 2_500)).toEqual(["x".repeat(2_500), "next"]);
});
