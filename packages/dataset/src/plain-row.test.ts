import fc from "fast-check";
import { expect, test } from "vitest";
import { encode } from "./dataset-fixtures.ts";
import { serialiseRow } from "./dataset-row.ts";
import { createPlainRowReader } from "./plain-row.ts";

const character = fc.oneof(
  fc.constantFrom(...' \t\n\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\ufeff"\\/\u0001é漢𝄞'),
  fc.string({ minLength: 1, maxLength: 1, unit: "binary" }),
);
const text = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(""));
const read = createPlainRowReader();

test("a row read from its bytes is the one that parsing gives, trimmed, with its lengths", () => {
  let understood = 0;
  fc.assert(
    fc.property(text, text, text, (instruction, input, output) => {
      const line = encode(JSON.stringify({ output, instruction, input }));
      const row = read(line, 0, line.length);
      if (!row) return;
      understood += 1;
      expect(new TextDecoder().decode(row.bytes)).toBe(serialiseRow({ instruction, input, output }));
      expect(row.promptChars).toBe(instruction.length + input.length);
      expect(row.outputChars).toBe(output.length);
      for (const field of [instruction, input, output]) expect(field).toBe(field.trim());
    }),
    { numRuns: 2_000 },
  );
  expect(understood).toBeGreaterThan(50);
});

test("bytes that a strict decoder or parser refuses are never taken for a row", () => {
  const row = encode('{"instruction":"né𝄞","input":"漢","output":"o"}');
  fc.assert(
    fc.property(fc.nat(row.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
      const changed = Uint8Array.from(cut ? row.subarray(0, at) : row);
      if (!cut) changed[at] = byte;
      if (!read(changed, 0, changed.length)) return;
      expect(() => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(changed))).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
});
