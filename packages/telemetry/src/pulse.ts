import { TrainChainError } from "@trainchain/protocol";

/** The parts of a process that run for as long as it does, and when each was last seen at work. */
export interface Pulse {
  /** A part that is at work at least every `withinMs` while all is well; returns what it calls whenever it is. */
  follow(part: string, withinMs: number): () => void;
  /** @throws TrainChainError `not-ready` naming the parts that do not work. */
  assertBeating(): void;
}

export function createPulse(): Pulse {
  const parts = new Map<string, { withinMs: number; at: number | undefined }>();
  return {
    follow(part, withinMs) {
      const beats = { withinMs, at: undefined as number | undefined };
      parts.set(part, beats);
      return () => {
        beats.at = performance.now();
      };
    },
    assertBeating() {
      const now = performance.now();
      const silent = [...parts].flatMap(([part, { withinMs, at }]) => {
        if (at === undefined) return [`${part} has not begun`];
        return now - at > withinMs ? [`${part} has stood still for ${Math.round((now - at) / 1_000)} s`] : [];
      });
      if (silent.length === 0) return;
      throw new TrainChainError("not-ready", silent.join("; "), {
        fix: "The process's log says what it waits for.",
      });
    },
  };
}
