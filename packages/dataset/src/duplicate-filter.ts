import createHash from "xxhash-wasm";
import { type DatasetRow, serialiseRow } from "./dataset-row.ts";
import { createHashSet } from "./hash-set.ts";

/**
 * Recognises rows that repeat an earlier one, texts trimmed, by XXH64 of the serialised row. Two different rows
 * of ten million share a hash with a chance of 3 in a million; then the second is taken for a repetition.
 */
export async function createDuplicateFilter(maxRows: number) {
  const { h64, h64Raw } = await createHash();
  const seen = createHashSet(maxRows);
  let unchecked = 0;

  /** Whether a row has these two words of a hash, of its trimmed texts; from now on one has. */
  const isKnown = (low: number, high: number): boolean => {
    const answer = seen.add(low, high);
    if (answer === "full") unchecked += 1;
    return answer === "seen";
  };

  return {
    isKnown,
    /** `bytes` is the row as serialised, in UTF-8. */
    isDuplicate(bytes: Uint8Array, row: DatasetRow): boolean {
      const trimmed = trimmedRow(row);
      const hash = trimmed ? h64(serialiseRow(trimmed)) : h64Raw(bytes);
      return isKnown(Number(hash & 0xffffffffn), Number(hash >> 32n));
    },
    /** New rows that came after the memory was full: repetitions of these were not looked for. */
    uncheckedRows: () => unchecked,
  };
}

/** The row with its texts trimmed, or undefined where they are already. */
function trimmedRow(row: DatasetRow): DatasetRow | undefined {
  let isTrimmed = true;
  const trim = (text: string): string => {
    const trimmed = text.trim();
    isTrimmed &&= trimmed.length === text.length;
    return trimmed;
  };
  const trimmed: DatasetRow = {
    instruction: trim(row.instruction),
    input: trim(row.input),
    output: trim(row.output),
  };
  if (row.system !== undefined) trimmed.system = trim(row.system);
  if (row.history) trimmed.history = row.history.map((turn) => ({ ...turn, content: trim(turn.content) }));
  return isTrimmed ? undefined : trimmed;
}
