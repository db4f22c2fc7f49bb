import createHash from "xxhash-wasm";
import { type AlpacaRow, serialiseRow } from "./alpaca-row.ts";
import { createHashSet } from "./hash-set.ts";

/**
 * Recognises rows that repeat an earlier one, fields trimmed, by XXH64 of the serialised row. Two different rows
 * of ten million share a hash with a chance of 3 in a million; then the second is taken for a repetition.
 */
export async function createDuplicateFilter(maxRows: number) {
  const { h64 } = await createHash();
  const seen = createHashSet(maxRows);
  let unchecked = 0;

  return {
    /** `text` is the row as serialised. */
    isDuplicate(row: AlpacaRow, text: string): boolean {
      const hash = h64(trimmedText(row, text));
      const answer = seen.add(Number(hash & 0xffffffffn), Number(hash >> 32n));
      if (answer === "full") unchecked += 1;
      return answer === "seen";
    },
    /** New rows that came after the memory was full: repetitions of these were not looked for. */
    uncheckedRows: () => unchecked,
  };
}

function trimmedText(row: AlpacaRow, text: string): string {
  const trimmed = { instruction: row.instruction.trim(), input: row.input.trim(), output: row.output.trim() };
  const isTrimmed =
    trimmed.instruction.length === row.instruction.length &&
    trimmed.input.length === row.input.length &&
    trimmed.output.length === row.output.length;
  return isTrimmed ? text : serialiseRow(trimmed);
}
