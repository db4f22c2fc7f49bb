import type { PublicClient } from "viem";
import { type EventSource, readWindow, type Window } from "./read-window.ts";

/** A window of about so many events keeps the database and the node busy at the same time, in little memory. */
const wantedEvents = 2_000;
/** The first window's blocks: how many events a block holds is not known yet. */
const firstWindowBlocks = 20;

interface Ahead {
  from: bigint;
  /** Undefined where it could not be read; it is then read again. */
  window: Promise<Window | undefined>;
}

/**
 * Reads one contract's windows in turn. Each has as many blocks as the node answers for and as hold about the wanted
 * number of events, at most `maxWindowBlocks`. While the caller stores one window the next is being read.
 */
export function createWindowReader(client: PublicClient, source: EventSource, maxWindowBlocks: number) {
  let windowBlocks = Math.min(maxWindowBlocks, firstWindowBlocks);
  let ahead: Ahead | undefined;

  /** The window that begins with block `from` and reaches no higher than `newest`; undefined as `readWindow` says. */
  async function read(from: bigint, newest: bigint): Promise<Window | undefined> {
    const window = (await takeAhead(from, newest)) ?? (await readFitting(from, newest));
    if (window && window.to < newest) {
      const next = window.to + 1n;
      ahead = { from: next, window: readFitting(next, newest).catch(() => undefined) };
    }
    return window;
  }

  /** What was read ahead is of use while nothing was rolled back and the chain has not become shorter. */
  async function takeAhead(from: bigint, newest: bigint): Promise<Window | undefined> {
    const taken = ahead;
    ahead = undefined;
    const window = await taken?.window;
    return window?.from === from && window.to <= newest ? window : undefined;
  }

  /** Reads a window, with fewer blocks where the node refuses it. */
  async function readFitting(from: bigint, newest: bigint): Promise<Window | undefined> {
    for (;;) {
      try {
        const to = minimum(newest, from + BigInt(windowBlocks) - 1n);
        const window = await readWindow(client, source, from, to);
        if (window) fitSize(window);
        return window;
      } catch (error) {
        if (windowBlocks === 1 || !isTooMuch(error)) throw error;
        windowBlocks = Math.ceil(windowBlocks / 2);
      }
    }
  }

  /** Grows slowly, since the node may have refused more; shrinks at once to what holds the wanted events. */
  function fitSize({ from, to, events }: Window): void {
    const fitting = Math.ceil((Number(to - from + 1n) * wantedEvents) / Math.max(1, events.length));
    windowBlocks = Math.max(1, Math.min(maxWindowBlocks, windowBlocks * 2, fitting));
  }

  return { read };
}

export type WindowReader = ReturnType<typeof createWindowReader>;

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Nodes word the refusal of a range differently; none of these words is in a message about a connection. */
function isTooMuch(error: unknown): boolean {
  return (
    !/rate limit/i.test(String(error)) &&
    /range|too (many|large|big)|limit|exceed|response size/i.test(String(error))
  );
}
