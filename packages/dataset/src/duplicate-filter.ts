import createHash from "xxhash-wasm";
import { type AlpacaRow, serialiseRow } from "./alpaca-row.ts";
import { createHashSet } from "./hash-set.ts";

/**
 * Recognises rows that repeat an earlier one, fields trimmed, by XXH64 of the serialised row. Two different rows
 * of ten million share a hash with a chance of 3 in a million; then the second is taken for a repetition.
 */
export async function createDuplicateFilter(maxRows: number) {
  const { h64, h64Raw } = await createHash();
  const seen = createHashSet(maxRows);
  let unchecked = 0;

  const isSeen = (hash: bigint): boolean => {
    const answer = seen.add(Number(hash & 0xffffffffn), Number(hash >> 32n));
    if (answer === "full") unchecked += 1;
    return answer === "seen";
  };

  return {
    /** `bytes` is the row as serialised, in UTF-8; without `row`, its fields are known to be trimmed. */
    isDuplicate(bytes: Uint8Array, row?: AlpacaRow): boolean {
      const trimmed = row && trimmedRow(row);
      return isSeen(trimmed ? h64(serialiseRow(trimmed)) : h64Raw(bytes));
    },
    /** New rows that came after the memory was full: repetitions of these were not looked for. */
    uncheckedRows: () => unchecked,
  };
}

/** The row with its fields trimmed, or undefined where they are already. */
function trimmedRow({ instruction, input, output }: AlpacaRow): AlpacaRow | undefined {
  const trimmed = { instruction: instruction.trim(), input: input.trim(), output: output.trim() };
  const isTrimmed =
    trimmed.instruction.length === instruction.length &&
    trimmed.input.length === input.length &&
    trimmed.output.length === output.length;
  return isTrimmed ? undefined : trimmed;
}
