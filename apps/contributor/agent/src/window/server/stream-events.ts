import type { AppEvent } from "@trainchain/protocol";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { ContributorApp } from "../create-app.ts";

const keepAliveMs = 15_000;
/** A window that reads slower than this many events behind is sent the state again when it reads on. */
const maxBacklog = 500;

/** The agent's state now and at every change, and what happens in between, until the window closes. */
export function streamEvents(c: Context, app: ContributorApp): Response {
  return streamSSE(c, async (stream) => {
    const backlog: AppEvent[] = [{ type: "state", state: app.state() }];
    let wake: () => void = () => undefined;
    const unsubscribe = app.subscribe((event) => {
      if (backlog.length > maxBacklog)
        backlog.splice(0, backlog.length, { type: "state", state: app.state() });
      backlog.push(event);
      wake();
    });
    stream.onAbort(() => {
      unsubscribe();
      wake();
    });
    while (!stream.aborted && !stream.closed) {
      for (let event = backlog.shift(); event; event = backlog.shift())
        await stream.writeSSE({ event: event.type, data: JSON.stringify(event) });
      const isQuiet = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), keepAliveMs);
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
        if (backlog.length > 0) wake();
      });
      if (isQuiet) await stream.write(": still here\n\n");
    }
    unsubscribe();
  });
}
