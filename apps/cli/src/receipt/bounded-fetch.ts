import { TrainChainError } from "@trainchain/protocol";

/** A spec, and what a platform says of itself, are far smaller. */
export const documentBytes = 2 ** 20;

type Input = Parameters<typeof fetch>[0];

/**
 * Asks servers that anybody may have named: an answer that is longer than `maxBytes`, or that takes longer than
 * `patienceMs` and `leastBytesPerMs` allow, comes to an error.
 */
export function boundedFetch(
  maxBytes: number,
  { patienceMs = 30_000, leastBytesPerMs = 10 } = {},
): typeof fetch {
  return async (input, init = {}) => {
    const stop = new AbortController();
    const begun = Date.now();
    let received = 0;
    /** No pause is longer than the patience, however fast the rest came. */
    const allow = () => {
      const leftMs = begun + patienceMs + received / leastBytesPerMs - Date.now();
      return setTimeout(() => stop.abort(tooSlow(input)), Math.min(leftMs, patienceMs)).unref();
    };
    let timer = allow();
    const bounds = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        received += piece.length;
        if (received > maxBytes) throw tooLong(input, maxBytes);
        controller.enqueue(piece);
        clearTimeout(timer);
        timer = allow();
      },
      flush: () => clearTimeout(timer),
    });
    const signals = init.signal ? [init.signal, stop.signal] : [stop.signal];
    const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
    return new Response(response.body?.pipeThrough(bounds), response);
  };
}

function tooLong(input: Input, maxBytes: number): TrainChainError {
  return new TrainChainError("too-large", `the answer of ${input} is longer than ${maxBytes} bytes`);
}

function tooSlow(input: Input): TrainChainError {
  return new TrainChainError("timeout", `the answer of ${input} came too slowly`);
}
