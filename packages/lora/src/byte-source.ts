/** Bytes that can be read in pieces: a file, a Blob, an array. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`; throws when they are not all there. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes already in memory, as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      if (offset + length > bytes.length) throw new RangeError(`read past the end: ${offset} + ${length}`);
      return bytes.subarray(offset, offset + length);
    },
  };
}
