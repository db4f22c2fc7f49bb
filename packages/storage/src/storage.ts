import { cidSchema, TrainChainError } from "@trainchain/protocol";

/** Bytes as callers hold them: whole, in pieces, or arriving. Pieces must not be changed after they are handed over. */
export type ByteSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface StoredContent {
  /** CIDv1 as `ipfs add --cid-version=1` prints it. */
  cid: string;
  sizeBytes: number;
}

export interface PutOptions {
  /** The size that the caller expects; content of another size is refused and not kept. */
  sizeBytes?: number;
  /** A label for the operator of a remote store; never part of the content or its CID. */
  name?: string;
}

export interface GetOptions {
  /** Fails with `too-large` as soon as the content is longer than this. */
  maxBytes?: number;
}

/** Bytes from `first` to `last`, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * Content-addressed storage. Content is never held whole in memory, and what `get` delivers was hashed on the way:
 * its last piece is handed over only once the whole has the CID that was asked for, so a reader that reaches the
 * end holds the right bytes.
 */
export interface Storage {
  /** Stores content and returns its CID. Storing the same content again changes nothing. */
  put(bytes: ByteSource, options?: PutOptions): Promise<StoredContent>;
  /** Rejects with `not-found` at once where the store lacks the content; the stream fails with `storage-unavailable` on wrong bytes. */
  get(cid: string, options?: GetOptions): Promise<ReadableStream<Uint8Array>>;
  has(cid: string): Promise<boolean>;
  /** Bytes of stored content, or undefined where the store lacks it. Only where the store knows without reading. */
  sizeOf?(cid: string): Promise<number | undefined>;
  /**
   * A part of the content, of which only the blocks that it touches are read and hashed, each before it is handed
   * over. Only where the store keeps what that takes, and then `sizeOf` is there too.
   */
  getRange?(cid: string, range: ByteRange): Promise<ReadableStream<Uint8Array>>;
  /**
   * Ends the storing of content; what was not stored is removed already. A kubo node frees the room at its next
   * garbage collection. Whether somebody still needs the content is for the caller to know.
   */
  remove(cid: string): Promise<void>;
  /** Removes what puts that were killed before `before` have left behind. */
  removeLeftovers(before: Date): Promise<void>;
}

/** Refuses anything but a plain CID, before it becomes part of a path or an address. */
export function assertCid(cid: string): void {
  if (cidSchema.safeParse(cid).success) return;
  throw new TrainChainError("invalid-input", "expected a CID: bafkrei… or bafybei…, 59 characters", {
    fix: "Pass the CID exactly as the store returned it.",
    facts: { cid: String(cid).slice(0, 100) },
  });
}

export function notFound(cid: string): TrainChainError {
  return new TrainChainError("not-found", `the store has no content ${cid}`, {
    fix: "Check the CID, and that it was stored in this store.",
    facts: { cid },
  });
}

/** Holds content to the size that its caller announced. */
export function assertSize(
  { sizeBytes: expected }: PutOptions,
  received: number,
  extent: "so far" | "in all",
): void {
  if (expected === undefined || received === expected || (extent === "so far" && received < expected)) return;
  throw new TrainChainError(
    "invalid-input",
    `expected ${expected} bytes and received ${received} ${extent}`,
    {
      fix: "Send the content again, whole.",
      facts: { expectedBytes: expected, receivedBytes: received },
    },
  );
}
