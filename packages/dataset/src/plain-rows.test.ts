import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import xxhash from "xxhash-wasm";
import { compilePlainRows } from "../wasm/compile.ts";
import { encode } from "./dataset-fixtures.ts";
import { serialiseRow } from "./dataset-row.ts";
import { createJsonlReader } from "./jsonl-reader.ts";
import { createPlainRowReader, plainBlockBytes } from "./plain-rows.ts";

const character = fc.oneof(
  fc.constantFrom(...' \t\n\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\ufeff"\\/\u0001é漢𝄞'),
  fc.string({ minLength: 1, maxLength: 1, unit: "binary" }),
);
const text = fc
  .tuple(fc.array(character, { maxLength: 6 }), fc.nat(40), fc.array(character, { maxLength: 3 }))
  .map(([first, length, last]) => `${first.join("")}${"x".repeat(length)}${last.join("")}`);

const plain = (await createPlainRowReader())!;
const { h64Raw } = await xxhash();

/** The one line's row, or undefined where it is left to be parsed. */
function read(line: Uint8Array) {
  const rows: { text: string; promptChars: number; outputChars: number; hash: bigint; ofBytes: bigint }[] =
    [];
  plain.load(Uint8Array.of(...line, 0x0a));
  plain.read(0, 1_000, ({ bytes, hash, promptChars, outputChars }) => {
    const whole = (BigInt(hash.high) << 32n) | BigInt(hash.low);
    const row = { text: new TextDecoder().decode(bytes), promptChars, outputChars };
    rows.push({ ...row, hash: whole, ofBytes: h64Raw(bytes) });
  });
  return rows[0];
}

test("the committed module is what its source compiles to", async () => {
  const committed = readFileSync(new URL("./plain-rows-wasm.ts", import.meta.url), "utf8");
  expect(await compilePlainRows()).toBe(committed);
});

test("a row read from its bytes is the one that parsing gives, trimmed, with its lengths and hash", () => {
  let understood = 0;
  fc.assert(
    fc.property(text, text, text, fc.constantFrom("", " ", "\t "), (instruction, input, output, space) => {
      const fields = Object.entries({ output, instruction, input });
      const members = fields.map(([name, value]) => `"${name}":${space}${JSON.stringify(value)}${space}`);
      const row = read(encode(`{${members.join(",")}}`));
      if (!row) return;
      understood += 1;
      expect(row.text).toBe(serialiseRow({ instruction, input, output }));
      expect(row.promptChars).toBe(instruction.length + input.length);
      expect(row.outputChars).toBe(output.length);
      expect(row.hash).toBe(row.ofBytes);
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
      if (!read(changed)) return;
      expect(() => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(changed))).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
});

describe("with and without it, the same file of any lines in any pieces", () => {
  const row = fc.record({ instruction: text, input: text, output: text });
  const line = fc.oneof(
    { weight: 4, arbitrary: row.map((value) => encode(JSON.stringify(value))) },
    row.map(({ instruction, output }) => encode(JSON.stringify({ output, instruction }))),
    fc
      .constantFrom("", "  ", "\r", "{", "[]", '{"instruction":"a","output":"b"}\r', "\u0000", "\ufeff")
      .map(encode),
    fc
      .constantFrom(40, 400, plainBlockBytes, plainBlockBytes + 50)
      .map((length) => encode(`{"instruction":"a","output":"${"é".repeat(length / 2)}"}`)),
    fc.uint8Array({ maxLength: 4 }),
  );

  /** All that a sink is told, and whether reading goes on. */
  function told(bytes: Uint8Array, pieceBytes: number, withPlain: boolean) {
    const seen: unknown[] = [];
    const rows = (at: number, fields: object) => seen.push([at, fields]);
    const sink: Parameters<typeof createJsonlReader>[0] = {
      problem(kind, at) {
        seen.push([at, kind]);
        return "error";
      },
      plainRow: (at, found) => rows(at, JSON.parse(new TextDecoder().decode(found.bytes))),
      value: (at, value) =>
        rows(at, typeof value === "object" && value && "output" in value ? { input: "", ...value } : [value]),
    };
    const reader = createJsonlReader(sink, { maxRowChars: 1_000_000 }, withPlain ? plain : undefined);
    for (let at = 0; at < bytes.length; at += pieceBytes)
      if (!reader.push(bytes.subarray(at, at + pieceBytes))) return seen;
    reader.end();
    return seen;
  }

  test("gives the same rows, places and problems", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 300_000 }), (lines, size) => {
        const bytes = Buffer.concat(lines.flatMap((each) => [each, Uint8Array.of(0x0a)]));
        const pieceBytes = Math.max(size, Math.ceil(bytes.length / 2_000));
        expect(told(bytes, pieceBytes, true)).toEqual(told(bytes, bytes.length + 1, false));
      }),
      { numRuns: 150 },
    );
  });
});
