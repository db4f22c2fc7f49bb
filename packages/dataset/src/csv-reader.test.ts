import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCsvParser, usualCsv } from "./csv-reader.ts";

const parseCsvRecord = createCsvParser(usualCsv);

function records(text: string): { fields: string[][]; malformed: boolean } {
  const fields: string[][] = [];
  let malformed = false;
  for (let at = 0; at < text.length; ) {
    const record = parseCsvRecord(text, at, true)!;
    fields.push(record.fields);
    malformed ||= record.malformed;
    at = record.next;
  }
  return { fields, malformed };
}

test("CSV is understood as the csv-parse library understands it", () => {
  const pieces = fc.constantFrom("a", "b c", ",", '"', '""', "\n", "\r\n", "é");
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
      (text) => {
        const ours = records(text);
        let theirs: string[][] | undefined;
        try {
          theirs = parse(text, { relax_column_count: true, record_delimiter: ["\r\n", "\n"] });
        } catch {
          theirs = undefined;
        }
        if (theirs) expect(ours).toEqual({ fields: theirs, malformed: false });
        else expect(ours.malformed).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});
