import { TrainChainError } from "@trainchain/protocol";

/** Bytes from `first` to `last`, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The one range that a Range header asks for (RFC 9110, 14.1.2); undefined where there is none, where several are
 * asked for or where it cannot be read: the whole content is the answer then.
 * @throws TrainChainError `range-invalid` where the range begins beyond the end.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (!match || (from === "" && to === "")) return undefined;
  const end = sizeBytes - 1;
  const range =
    from === ""
      ? { first: Math.max(0, sizeBytes - Number(to)), last: end }
      : { first: Number(from), last: to === "" ? end : Math.min(Number(to), end) };
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (range.first > end)
    throw new TrainChainError("range-invalid", `the content ends after ${sizeBytes} bytes`, {
      fix: "Ask for a range within it, or for the whole.",
      facts: { sizeBytes },
    });
  return range;
}

/** Passes on the first `count` bytes and then stops reading. */
export function firstBytes(stream: ReadableStream<Uint8Array>, count: number): ReadableStream<Uint8Array> {
  let left = count;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        controller.enqueue(piece.length > left ? piece.subarray(0, left) : piece);
        left -= Math.min(left, piece.length);
        if (left === 0) controller.terminate();
      },
    }),
  );
}
