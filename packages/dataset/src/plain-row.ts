const quote = 0x22;
const backslash = 0x5c;

/** A row read straight from its bytes: valid, with fields that are as good as trimmed. */
export interface PlainRow {
  /** As `serialiseRow` writes it, in UTF-8; valid until the next row is read. */
  bytes: Uint8Array;
  /** Characters of instruction and input together, in UTF-16. */
  promptChars: number;
  outputChars: number;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const keys = ["instruction", "input", "output"].map((name) => bytesOf(`"${name}"`));
const before = ['{"instruction":', ',"input":', ',"output":'].map(bytesOf);
const absent = { start: 0, end: 2, chars: 0, bytes: bytesOf('""') };
const fixedBytes = before.reduce((sum, { length }) => sum + length, 1);

/** By byte: 1 for the letter of an escape that JSON.stringify writes too, 2 where it stands for white space. */
const escapeKind = new Uint8Array(256);
for (const letter of '"\\b') escapeKind[letter.charCodeAt(0)] = 1;
for (const letter of "nrtf") escapeKind[letter.charCodeAt(0)] = 2;

/**
 * Reads rows of JSON Lines without making text of them, which takes most of the time of reading. It understands what
 * nearly every row is: an object of instruction, output and perhaps input, each a string once, in any order and
 * spacing, of valid UTF-8 without escapes in numbers, neither beginning nor ending with white space. For any other
 * row, right or wrong, it says undefined, and the row is to be parsed.
 */
export function createPlainRowReader() {
  const values = keys.map(() => ({ ...absent }));
  let canonical = new Uint8Array(65_536);

  /** The line bytes[start, end); where the array goes on, a line break follows. */
  return (bytes: Uint8Array, start: number, end: number): PlainRow | undefined => {
    let at = skipSpace(bytes, start);
    if (bytes[at] !== 0x7b) return undefined;
    let found = 0;
    let inOrder = true;
    do {
      at = skipSpace(bytes, at + 1);
      const key = keyAt(bytes, at);
      if (key < 0 || found & (1 << key)) return undefined;
      inOrder &&= found === (1 << key) - 1;
      found |= 1 << key;
      at = skipSpace(bytes, at + keys[key]!.length);
      if (bytes[at] !== 0x3a) return undefined;
      at = skipSpace(bytes, at + 1);
      const chars = measureString(bytes, at, values[key]!);
      if (chars < 0 || (chars === 0 && key !== 1)) return undefined;
      at = skipSpace(bytes, values[key]!.end);
    } while (bytes[at] === 0x2c);
    if (bytes[at] !== 0x7d || skipSpace(bytes, at + 1) !== end || (found & 5) !== 5) return undefined;
    if (!(found & 2)) values[1] = { ...absent };
    return {
      bytes: inOrder && isCanonical(end - start) ? bytes.subarray(start, end) : rewrite(bytes),
      promptChars: values[0]!.chars + values[1]!.chars,
      outputChars: values[2]!.chars,
    };
  };

  /** Three values in their order in no more bytes than they need: there is no space between them. */
  function isCanonical(lineBytes: number): boolean {
    return lineBytes === values.reduce((sum, { start, end }) => sum + end - start, fixedBytes);
  }

  function rewrite(bytes: Uint8Array): Uint8Array {
    const length = values.reduce((sum, { start, end }) => sum + end - start, fixedBytes);
    if (canonical.length < length) canonical = new Uint8Array(2 * length);
    let used = 0;
    for (let field = 0; field < 3; field++) {
      canonical.set(before[field]!, used);
      used += before[field]!.length;
      const { start, end } = values[field]!;
      canonical.set(start === 0 ? absent.bytes : bytes.subarray(start, end), used);
      used += end - start;
    }
    canonical[used] = 0x7d;
    return canonical.subarray(0, used + 1);
  }
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at += 1;
  return at;
}

/** Which of the three keys is written at a place, −1 for none of them. */
function keyAt(bytes: Uint8Array, at: number): number {
  const key = bytes[at + 1] === 0x6f ? 2 : bytes[at + 3] === 0x73 ? 0 : 1;
  const expected = keys[key]!;
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return -1;
  return key;
}

/** Measures the string that opens at `start` into `value`; returns its characters, −1 where it is not a plain one. */
function measureString(
  bytes: Uint8Array,
  start: number,
  value: { start: number; end: number; chars: number },
): number {
  if (bytes[start] !== quote) return -1;
  let at = start + 1;
  /** Bytes that are no UTF-16 character of their own. */
  let surplus = 0;
  let lastEscape = 0;
  for (let byte = bytes[at]!; byte !== quote; byte = bytes[at]!) {
    lastEscape = 0;
    if (byte === backslash) {
      lastEscape = escapeKind[bytes[at + 1]!] ?? 0;
      if (lastEscape === 0 || (lastEscape === 2 && at === start + 1)) return -1;
      surplus += 1;
      at += 2;
    } else if (byte >= 0x20 && byte < 0x80) at += 1;
    else {
      const length = sequenceLength(bytes, at);
      if (length === 0) return -1;
      surplus += length === 2 ? 1 : 2;
      at += length;
    }
  }
  if (
    lastEscape === 2 ||
    (at > start + 1 && (isSpace(bytes, start + 1) || isSpace(bytes, lastCharacter(bytes, at))))
  )
    return -1;
  value.start = start;
  value.end = at + 1;
  value.chars = at - start - 1 - surplus;
  return value.chars;
}

/** Bytes of the UTF-8 sequence at a place (RFC 3629, 2 to 4), 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1]!;
  if (lead >= 0xc2 && lead <= 0xdf) return isContinuation(second) ? 2 : 0;
  if (!isContinuation(second) || !isContinuation(bytes[at + 2]!)) return 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const isWrong = (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f);
    return isWrong ? 0 : 3;
  }
  const isFour =
    (lead === 0xf0 && second >= 0x90) || (lead > 0xf0 && lead < 0xf4) || (lead === 0xf4 && second < 0x90);
  return isFour && isContinuation(bytes[at + 3]!) ? 4 : 0;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function lastCharacter(bytes: Uint8Array, end: number): number {
  let at = end - 1;
  while (isContinuation(bytes[at]!)) at -= 1;
  return at;
}

/** Whether `String.prototype.trim` would take the character away; control characters are no part of plain rows. */
function isSpace(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!;
  if (byte < 0x80) return byte === 0x20;
  const second = bytes[at + 1]!;
  const third = bytes[at + 2]!;
  switch (byte) {
    case 0xc2:
      return second === 0xa0;
    case 0xe1:
      return second === 0x9a && third === 0x80;
    case 0xe2:
      return second === 0x81
        ? third === 0x9f
        : second === 0x80 && (third <= 0x8a || third === 0xa8 || third === 0xa9 || third === 0xaf);
    case 0xe3:
      return second === 0x80 && third === 0x80;
    case 0xef:
      return second === 0xbb && third === 0xbf;
    default:
      return false;
  }
}
