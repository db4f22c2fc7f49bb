import { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { ByteSource } from "./storage.ts";

/** The pieces of a source, whatever its form. */
export function piecesOf(bytes: ByteSource): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  return bytes instanceof Uint8Array ? [bytes] : bytes;
}

/** A source as a web stream that pulls a piece only when its reader wants one. */
export function toStream(bytes: ByteSource): ReadableStream<Uint8Array> {
  // Node's class is the global one; only its type here knows `from`.
  return NodeReadableStream.from(piecesOf(bytes)) as unknown as ReadableStream<Uint8Array>;
}
