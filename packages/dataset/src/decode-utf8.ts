/** Bytes that are not UTF-8; `textBefore` is the good text of the failing piece that precedes them. */
export class NotUtf8 extends Error {
  readonly textBefore: string;

  constructor(textBefore: string) {
    super("not UTF-8");
    this.name = "NotUtf8";
    this.textBefore = textBefore;
  }
}

/**
 * A strict UTF-8 decoder for a stream of pieces: whole characters out, a leading byte order mark dropped.
 * Pieces are cut between characters here because a decoder's own streaming mode is several times slower.
 */
export function createUtf8Decoder() {
  let rest: Uint8Array = new Uint8Array(0);
  let begun = false;

  const decode = (bytes: Uint8Array): string => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: begun });
    begun ||= bytes.length > 0;
    try {
      return decoder.decode(bytes);
    } catch {
      throw new NotUtf8(longestGoodPrefix(bytes));
    }
  };

  return {
    push(piece: Uint8Array): string {
      const bytes = rest.length > 0 ? joined(rest, piece) : piece;
      const end = lastCharacterBoundary(bytes);
      // A copy: the caller may fill the piece's memory anew, and a Buffer's own slice would share it.
      rest = new Uint8Array(bytes.subarray(end));
      return decode(bytes.subarray(0, end));
    },
    end(): string {
      return decode(rest);
    },
  };
}

/** Where the last complete character ends: a character has at most 4 bytes, so at most 3 may wait for more. */
function lastCharacterBoundary(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** The text up to the last line break before the first bad byte, and the good part of that line. */
function longestGoodPrefix(bytes: Uint8Array): string {
  const lenient = new TextDecoder("utf-8").decode(bytes);
  const strict = new TextDecoder("utf-8", { fatal: true });
  for (let at = lenient.indexOf("\uFFFD"); at >= 0; at = lenient.indexOf("\uFFFD", at + 1)) {
    // A replacement character may also be written out in the file; only one that fails to round-trip marks the place.
    const prefixBytes = new TextEncoder().encode(lenient.slice(0, at + 1)).length;
    try {
      if (strict.decode(bytes.subarray(0, prefixBytes)).endsWith("\uFFFD")) continue;
    } catch {
      // Falls through: this is the bad place.
    }
    return lenient.slice(0, at);
  }
  return "";
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
