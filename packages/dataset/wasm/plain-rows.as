/**
 * Reads rows of JSON Lines without making text of them, in AssemblyScript; `node packages/dataset/wasm/compile.ts`
 * compiles it.
 *
 * It understands what nearly every row is: an object of instruction, output and perhaps input, each a string once,
 * in any order and spacing, of valid UTF-8 without escapes in numbers, neither beginning nor ending with white
 * space. At any other row, right or wrong, it stops, and the row is to be parsed.
 *
 * All pointers are byte offsets into the module's memory. Behind the last line at least 32 bytes may be read.
 */

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** Three values, by key: start, end and characters of each, u32. A start of 0 means that the key is absent. */
const values: usize = memory.data(36);
const VALUE: usize = 12;

/** What stands before each value as a row is written, and what an absent one is. */
const before0: usize = memory.data<u8>([0x7b, 0x22, 0x69, 0x6e, 0x73, 0x74, 0x72, 0x75, 0x63, 0x74, 0x69, 0x6f, 0x6e, 0x22, 0x3a]); // {"instruction":
const before1: usize = memory.data<u8>([0x2c, 0x22, 0x69, 0x6e, 0x70, 0x75, 0x74, 0x22, 0x3a]); // ,"input":
const before2: usize = memory.data<u8>([0x2c, 0x22, 0x6f, 0x75, 0x74, 0x70, 0x75, 0x74, 0x22, 0x3a]); // ,"output":
const absent: usize = memory.data<u8>([0x22, 0x22]);
const FIXED: usize = 35;

/** Where the last call of `readRows` stopped: at the end, or at the line that it does not understand. */
export let stoppedAt: usize = 0;
/** How many lines it read up to there. */
export let linesRead: i32 = 0;

/**
 * Reads lines from `from` on, each ended by a line break, up to `end`; empty ones are passed over. Writes 7 u32 of
 * each row to `table`: start and end of the row as `serialiseRow` writes it, characters in UTF-16 of prompt and of
 * output, its XXH64, low word first, and how many lines were read before it. A row that is not written so already is rewritten to `out`, which takes twice as much as the lines. Returns
 * how many rows it read.
 */
export function readRows(from: usize, end: usize, mostRowBytes: usize, out: usize, table: usize): i32 {
  let rows: i32 = 0;
  let lines: i32 = 0;
  let line = from;
  while (line < end) {
    if (load<u8>(line) == 0x0a) {
      line += 1;
      lines += 1;
      continue;
    }
    const next = readRow(line);
    if (next == 0 || next - 1 - line > mostRowBytes) break;
    let start = line;
    let length = lengthOf(0) + lengthOf(1) + lengthOf(2) + FIXED;
    if (!inOrder || length != next - 1 - line) {
      start = out;
      out = writeValue(before2, 10, 2, writeValue(before1, 9, 1, writeValue(before0, 15, 0, out)));
      store<u8>(out, 0x7d);
      out += 1;
    }
    store<u32>(table, <u32>start);
    store<u32>(table, <u32>(start + length), 4);
    store<u32>(table, load<u32>(values, 8) + load<u32>(values, VALUE + 8), 8);
    store<u32>(table, load<u32>(values, 2 * VALUE + 8), 12);
    store<u64>(table, xxh64(start, length), 16);
    store<i32>(table, lines, 24);
    table += 28;
    rows += 1;
    lines += 1;
    line = next;
  }
  stoppedAt = line;
  linesRead = lines;
  return rows;
}

/** Whether the keys of the row read last stood in the order in which they are written. */
let inOrder: bool = true;

/** Reads the line's row into `values`; returns where the next line begins, 0 where the row is not understood. */
function readRow(line: usize): usize {
  let at = skipSpace(line);
  if (load<u8>(at) != 0x7b) return 0;
  let found: u32 = 0;
  inOrder = true;
  store<u32>(values, 0, VALUE);
  store<u32>(values, 0, VALUE + 8);
  do {
    at = skipSpace(at + 1);
    const key = keyAt(at);
    const bit: u32 = 1 << key;
    if (key > 2 || (found & bit) != 0) return 0;
    if (found != bit - 1) inOrder = false;
    found |= bit;
    at = skipSpace(at + (key == 0 ? 13 : key == 1 ? 7 : 8));
    if (load<u8>(at) != 0x3a) return 0;
    at = readString(skipSpace(at + 1), values + key * VALUE);
    if (at == 0 || (key != 1 && load<u32>(values + key * VALUE, 8) == 0)) return 0;
    at = skipSpace(at);
  } while (load<u8>(at) == 0x2c);
  if (load<u8>(at) != 0x7d || (found & 5) != 5) return 0;
  at = skipSpace(at + 1);
  return load<u8>(at) == 0x0a ? at + 1 : 0;
}

// @ts-ignore: decorator
@inline
function skipSpace(from: usize): usize {
  let at = from;
  for (let byte = load<u8>(at); byte == 0x20 || byte == 0x09 || byte == 0x0d; byte = load<u8>(at)) at += 1;
  return at;
}

/** 0 for "instruction", 1 for "input", 2 for "output", 3 for anything else. Words are little-endian. */
// @ts-ignore: decorator
@inline
function keyAt(at: usize): u32 {
  const word = load<u64>(at);
  if (word == 0x2274757074756f22) return 2;
  if ((word & 0x00ffffffffffffff) == 0x00227475706e6922) return 1;
  return word == 0x63757274736e6922 && load<u64>(at, 5) == 0x226e6f6974637572 ? 0 : 3;
}

/** Reads the string that opens at `start` into `value`; returns the place behind it, 0 where it is not a plain one. */
function readString(start: usize, value: usize): usize {
  if (load<u8>(start) != QUOTE) return 0;
  const first = start + 1;
  let at = first;
  /** Bytes that are no UTF-16 character of their own. */
  let surplus: usize = 0;
  /** Behind the last escape that stands for white space. */
  let afterSpace: usize = 0;
  while (true) {
    const bytes = v128.load(at);
    // As signed numbers, control characters and all that is not ASCII are less than a space.
    const stops = i8x16.bitmask(
      v128.or(
        i8x16.lt_s(bytes, i8x16.splat(0x20)),
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      ),
    );
    if (stops == 0) {
      at += 16;
      continue;
    }
    at += ctz(stops);
    let byte = load<u8>(at);
    if (byte == BACKSLASH) {
      const letter = load<u8>(at, 1);
      if (letter == 0x6e || letter == 0x72 || letter == 0x74 || letter == 0x66) {
        if (at == first) return 0;
        afterSpace = at + 2;
      } else if (letter != QUOTE && letter != BACKSLASH && letter != 0x62) return 0;
      surplus += 1;
      at += 2;
    } else if (byte == QUOTE) break;
    else {
      do {
        const length = sequenceLength(at);
        if (length == 0) return 0;
        surplus += length == 2 ? 1 : 2;
        at += length;
        byte = load<u8>(at);
      } while (byte >= 0x80);
    }
  }
  if (at > first && (at == afterSpace || isSpace(first) || isSpace(lastCharacter(at)))) return 0;
  store<u32>(value, <u32>start);
  store<u32>(value, <u32>(at + 1), 4);
  store<u32>(value, <u32>(at - first - surplus), 8);
  return at + 1;
}

/** Bytes of the UTF-8 sequence at a place (RFC 3629, 2 to 4), 0 where there is none. */
function sequenceLength(at: usize): usize {
  const lead = load<u8>(at);
  const second = load<u8>(at, 1);
  if (lead >= 0xc2 && lead <= 0xdf) return isContinuation(second) ? 2 : 0;
  if (!isContinuation(second) || !isContinuation(load<u8>(at, 2))) return 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const isWrong = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f);
    return isWrong ? 0 : 3;
  }
  const isFour =
    (lead == 0xf0 && second >= 0x90) || (lead > 0xf0 && lead < 0xf4) || (lead == 0xf4 && second < 0x90);
  return isFour && isContinuation(load<u8>(at, 3)) ? 4 : 0;
}

// @ts-ignore: decorator
@inline
function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

// @ts-ignore: decorator
@inline
function lastCharacter(end: usize): usize {
  let at = end - 1;
  while (isContinuation(load<u8>(at))) at -= 1;
  return at;
}

/** Whether `String.prototype.trim` would take the character away; control characters are no part of plain rows. */
function isSpace(at: usize): bool {
  const byte = load<u8>(at);
  if (byte < 0x80) return byte == 0x20;
  const second = load<u8>(at, 1);
  const third = load<u8>(at, 2);
  if (byte == 0xc2) return second == 0xa0;
  if (byte == 0xe1) return second == 0x9a && third == 0x80;
  if (byte == 0xe2) {
    if (second == 0x81) return third == 0x9f;
    return second == 0x80 && (third <= 0x8a || third == 0xa8 || third == 0xa9 || third == 0xaf);
  }
  if (byte == 0xe3) return second == 0x80 && third == 0x80;
  return byte == 0xef && second == 0xbb && third == 0xbf;
}

/** Bytes of a value as it is written, with its quotes. */
// @ts-ignore: decorator
@inline
function lengthOf(key: usize): usize {
  const start = load<u32>(values + key * VALUE);
  return start == 0 ? 2 : <usize>(load<u32>(values + key * VALUE, 4) - start);
}

/** Writes what stands before a value, at most 16 bytes, and the value; returns the place behind it. */
function writeValue(before: usize, beforeBytes: usize, key: usize, target: usize): usize {
  const start: usize = load<u32>(values + key * VALUE);
  const length = lengthOf(key);
  v128.store(target, v128.load(before));
  memory.copy(target + beforeBytes, start == 0 ? absent : start, length);
  return target + beforeBytes + length;
}

const PRIME1: u64 = 0x9e3779b185ebca87;
const PRIME2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME3: u64 = 0x165667b19e3779f9;
const PRIME4: u64 = 0x85ebca77c2b2ae63;
const PRIME5: u64 = 0x27d4eb2f165667c5;

/** XXH64 with the seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). */
function xxh64(start: usize, length: usize): u64 {
  let at = start;
  const end = start + length;
  let hash: u64 = PRIME5;
  if (length >= 32) {
    let a: u64 = PRIME1 + PRIME2;
    let b: u64 = PRIME2;
    let c: u64 = 0;
    let d: u64 = 0 - PRIME1;
    for (; at + 32 <= end; at += 32) {
      a = round(a, load<u64>(at));
      b = round(b, load<u64>(at, 8));
      c = round(c, load<u64>(at, 16));
      d = round(d, load<u64>(at, 24));
    }
    hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
    hash = joined(joined(joined(joined(hash, a), b), c), d);
  }
  hash += <u64>length;
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ round(0, load<u64>(at)), 27) * PRIME1 + PRIME4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * PRIME1), 23) * PRIME2 + PRIME3;
    at += 4;
  }
  for (; at < end; at += 1) hash = rotl(hash ^ (<u64>load<u8>(at) * PRIME5), 11) * PRIME1;
  hash = (hash ^ (hash >> 33)) * PRIME2;
  hash = (hash ^ (hash >> 29)) * PRIME3;
  return hash ^ (hash >> 32);
}

// @ts-ignore: decorator
@inline
function round(lane: u64, word: u64): u64 {
  return rotl(lane + word * PRIME2, 31) * PRIME1;
}

// @ts-ignore: decorator
@inline
function joined(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME1 + PRIME4;
}
