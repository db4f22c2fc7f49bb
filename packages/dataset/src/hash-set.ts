/** Up to here a table grows fourfold, since to fill a new one takes longer than its memory is worth. */
const smallWords = 2 ** 19;

/**
 * A set of 64-bit hashes in 8 bytes each: open addressing with linear probing, at most half full.
 * Refuses new members beyond `maxEntries`, so its memory is bounded by 32 bytes times that.
 */
export function createHashSet(maxEntries: number) {
  let slots = new Uint32Array(2 * 4_096);
  let size = 0;
  let hasZero = false;

  /** Index of the hash, or of the free slot where it belongs. All-zero slots are free. */
  const find = (table: Uint32Array, low: number, high: number): number => {
    const mask = table.length / 2 - 1;
    let slot = low & mask;
    while (true) {
      const slotLow = table[2 * slot]!;
      const slotHigh = table[2 * slot + 1]!;
      if ((slotLow === low && slotHigh === high) || (slotLow === 0 && slotHigh === 0)) return 2 * slot;
      slot = (slot + 1) & mask;
    }
  };

  const grow = () => {
    const bigger = new Uint32Array(slots.length * (slots.length < smallWords ? 4 : 2));
    for (let at = 0; at < slots.length; at += 2) {
      const low = slots[at]!;
      const high = slots[at + 1]!;
      if (low === 0 && high === 0) continue;
      const to = find(bigger, low, high);
      bigger[to] = low;
      bigger[to + 1] = high;
    }
    slots = bigger;
  };

  return {
    /** "new" if it was not a member and now is, "seen" if it was, "full" if it is not and there is no room. */
    add(low: number, high: number): "new" | "seen" | "full" {
      if (low === 0 && high === 0) {
        const answer = hasZero ? "seen" : "new";
        hasZero = true;
        return answer;
      }
      const at = find(slots, low, high);
      if (slots[at] === low && slots[at + 1] === high) return "seen";
      if (size >= maxEntries) return "full";
      slots[at] = low;
      slots[at + 1] = high;
      size += 1;
      if (size * 4 > slots.length) grow();
      return "new";
    },
  };
}
