import { TrainChainError } from "@trainchain/protocol";
import type { ByteRange } from "@trainchain/storage";

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
