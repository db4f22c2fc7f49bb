import { type AppEvent, type AppState, appEventSchema, type TrainingPoint } from "@trainchain/protocol";
import { useSyncExternalStore } from "react";
import { send } from "./request.ts";

const logLinesKept = 300;

/** What the window knows of the app: how it is connected to it, and the app's state as it came last. */
export interface Live {
  connection: "opening" | "refused" | "open" | "lost";
  state: AppState | undefined;
  /** Points of the running training that came since the window was opened. */
  points: ReadonlyMap<string, readonly TrainingPoint[]>;
  log: readonly { source: string; line: string }[];
}

let live: Live = { connection: "opening", state: undefined, points: new Map(), log: [] };
const listeners = new Set<() => void>();

function change(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

/** Opens the window's session by the code in its address, where there is one, and follows the app from then on. */
export async function follow(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get("open");
  if (code) {
    history.replaceState(null, "", location.pathname);
    // A window that is opened twice by the same link has its cookie already.
    await send("POST", "open", { code }).catch(() => undefined);
  }
  const known = await fetch("/api/state").catch(() => undefined);
  if (known && !known.ok) return change({ connection: "refused" });
  const stream = new EventSource("/api/events");
  stream.onopen = () => change({ connection: "open" });
  // A stream that ends by an answer is not taken up again: the app was started anew and knows this window no more.
  stream.onerror = () =>
    change({ connection: stream.readyState === EventSource.CLOSED ? "refused" : "lost" });
  for (const type of ["state", "point", "log"]) {
    stream.addEventListener(type, ({ data }: MessageEvent<string>) =>
      take(appEventSchema.parse(JSON.parse(data))),
    );
  }
}

function take(event: AppEvent): void {
  if (event.type === "state") change({ state: event.state });
  else if (event.type === "log") {
    const { source, line } = event;
    change({ log: [...live.log, { source, line }].slice(-logLinesKept) });
  } else {
    const before = live.points.get(event.jobId) ?? [];
    change({ points: new Map(live.points).set(event.jobId, [...before, event.point]) });
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLive(): Live {
  return useSyncExternalStore(subscribe, () => live);
}

/** The app's state; only for what is shown once it is there. */
export function useAppState(): AppState {
  const { state } = useLive();
  if (!state) throw new Error("the app's state is not there yet");
  return state;
}
