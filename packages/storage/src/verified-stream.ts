import { setTimeout as pause } from "node:timers/promises";
import { TrainChainError } from "@trainchain/protocol";
import { toStream } from "./byte-stream.ts";
import { createCidHasher } from "./cid.ts";
import { assertCid, type GetOptions } from "./storage.ts";

/** Opens the stored bytes from an offset on. */
export type OpenAt = (offsetBytes: number) => Promise<AsyncIterable<Uint8Array>>;

interface VerifyOptions extends GetOptions {
  /** How often a connection that breaks in the middle is taken up again where it broke. */
  resumes?: number;
}

/**
 * A stream of the content that ends well only if all of it hashes to `cid`. The last piece is held back until the
 * CID is known, so wrong or truncated content is never delivered in full.
 */
export async function openVerified(
  cid: string,
  openAt: OpenAt,
  { maxBytes = Number.POSITIVE_INFINITY, resumes = 0 }: VerifyOptions,
): Promise<ReadableStream<Uint8Array>> {
  assertCid(cid);
  const first = await openAt(0);
  return toStream(verifiedPieces(cid, first, openAt, maxBytes, resumes));
}

async function* verifiedPieces(
  cid: string,
  first: AsyncIterable<Uint8Array>,
  openAt: OpenAt,
  maxBytes: number,
  resumes: number,
): AsyncGenerator<Uint8Array> {
  const hasher = createCidHasher();
  let received = 0;
  let held: Uint8Array | undefined;
  for await (const piece of resuming(first, openAt, resumes)) {
    received += piece.length;
    if (received > maxBytes) throw tooLarge(cid, maxBytes);
    await hasher.write(piece);
    if (held) yield held;
    held = piece;
  }
  const actual = await hasher.digest();
  if (actual !== cid) throw wrongBytes(cid, { actualCid: actual, sizeBytes: received });
  if (held) yield held;
}

async function* resuming(
  first: AsyncIterable<Uint8Array>,
  openAt: OpenAt,
  resumes: number,
): AsyncGenerator<Uint8Array> {
  let source: AsyncIterable<Uint8Array> | undefined = first;
  let received = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      source ??= await openAt(received);
      for await (const piece of source) {
        if (piece.length === 0) continue;
        received += piece.length;
        yield piece;
      }
      return;
    } catch (error) {
      if (attempt >= resumes) throw error;
      source = undefined;
      await pause(100 * 2 ** attempt);
    }
  }
}

function tooLarge(cid: string, maxBytes: number): TrainChainError {
  return new TrainChainError("too-large", `the content of ${cid} is longer than ${maxBytes} bytes`, {
    fix: "Ask whoever stored it for something smaller.",
    facts: { cid, maxBytes },
  });
}

export function wrongBytes(cid: string, found: Record<string, unknown> = {}): TrainChainError {
  return new TrainChainError("storage-unavailable", `the store delivered other bytes than ${cid}`, {
    fix: "Try again; if it happens again, the store's copy is damaged or incomplete: store the content anew.",
    facts: { cid, ...found },
  });
}

/** Whether an error of `get` says that the store answers and lacks this content: it has none under the CID, or other. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof TrainChainError && (error.code === "not-found" || error.facts.actualCid !== undefined)
  );
}
