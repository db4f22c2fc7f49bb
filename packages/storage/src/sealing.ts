import { TrainChainError } from "@trainchain/protocol";
import { Decrypter, Encrypter } from "age-encryption";
import { piecesOf, toStream } from "./byte-stream.ts";
import type { ByteSource } from "./storage.ts";

/** An honest header with one recipient has about 200 bytes; the age reader itself would buffer a hostile one whole. */
const maxHeaderBytes = 16_384;

/**
 * Encrypts a stream to one age recipient (`age1…`). The output is an ordinary age file (age-encryption.org/v1):
 * 64 KiB chunks, each authenticated.
 */
export async function seal(bytes: ByteSource, recipient: string): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  withoutCause(() => encrypter.addRecipient(recipient), "the recipient is not an age public key (age1…)");
  return encrypter.encrypt(toStream(bytes));
}

/** The most bytes that content of this size has when it is sealed: a header, and a tag for each 64 KiB. */
export function sealedBytesOf(sizeBytes: number): number {
  return sizeBytes + 65_536 + Math.ceil(sizeBytes / 1_024);
}

/**
 * Decrypts an age file as it arrives. Every piece that comes out is authentic; the stream fails with
 * `sealing-failed` on altered or truncated content, and the call itself on a key that does not fit.
 * An error of the source passes through unchanged.
 */
export async function unseal(sealed: ByteSource, identity: string): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  withoutCause(
    () => decrypter.addIdentity(identity),
    "the identity is not an age secret key (AGE-SECRET-KEY-1…)",
  );
  const source = watched(sealed);
  const explain = (cause: unknown) => source.failure() ?? unsealingFailed(cause);
  try {
    const plain = await decrypter.decrypt(toStream(boundedHeader(source.pieces)));
    return toStream(mapErrors(plain, explain));
  } catch (cause) {
    throw explain(cause);
  }
}

/** Errors about a key repeat the key, so they are not kept as a cause. */
function withoutCause(addKey: () => void, message: string): void {
  try {
    addKey();
  } catch {
    throw sealingFailed(message, "Pass the key exactly as it was issued.");
  }
}

function unsealingFailed(cause: unknown): TrainChainError {
  const isOtherKey = cause instanceof Error && cause.message.includes("no identity matched");
  return isOtherKey
    ? sealingFailed(
        "the key does not open this content",
        "Check that the content is the one the key was issued for.",
      )
    : sealingFailed(
        "the sealed content is altered, truncated or not an age file",
        "Fetch it again and check its CID.",
        cause,
      );
}

function sealingFailed(message: string, fix: string, cause?: unknown): TrainChainError {
  return new TrainChainError("sealing-failed", message, { fix, cause });
}

/** Passes pieces on and remembers an error of the source, to tell it from one of the decryption. */
function watched(bytes: ByteSource) {
  let failure: unknown;
  async function* pieces() {
    try {
      yield* piecesOf(bytes);
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  return { pieces: pieces(), failure: () => failure };
}

/** Looks for the end of the header (`\n--- `) in the first bytes before the age reader sees them. */
async function* boundedHeader(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let header = new Uint8Array(0);
  let complete = false;
  for await (const piece of pieces) {
    if (complete) {
      yield piece;
      continue;
    }
    header = joined(header, piece);
    complete = new TextDecoder("latin1").decode(header.subarray(0, maxHeaderBytes)).includes("\n--- ");
    if (complete) yield header;
    else if (header.length >= maxHeaderBytes) throw new Error("invalid header: too long");
  }
  if (!complete) yield header;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function* mapErrors(stream: AsyncIterable<Uint8Array>, explain: (cause: unknown) => unknown) {
  try {
    yield* stream;
  } catch (cause) {
    throw explain(cause);
  }
}
