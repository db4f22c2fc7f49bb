interface Waiting {
  jobId: string;
  start: () => void;
}

/** Who has the machine and who waits for it, in order: one job trains at a time. */
export function createMachineQueue(onChange: () => void = () => undefined) {
  let holder: string | undefined;
  const waiting: Waiting[] = [];

  function letNextIn(): void {
    const next = holder === undefined ? waiting.shift() : undefined;
    if (!next) return;
    holder = next.jobId;
    next.start();
    onChange();
  }

  return {
    /** Runs the task when it is this job's turn. An abort leaves the queue; a task under way sees to its own end. */
    async take<Value>(jobId: string, signal: AbortSignal, task: () => Promise<Value>): Promise<Value> {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason);
          onChange();
        };
        const start = () => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        const entry = { jobId, start };
        waiting.push(entry);
        signal.addEventListener("abort", leave, { once: true });
        letNextIn();
        onChange();
      });
      try {
        return await task();
      } finally {
        holder = undefined;
        letNextIn();
        onChange();
      }
    },
    /** Lets a waiting job go first. */
    moveToFront(jobId: string): void {
      const at = waiting.findIndex((entry) => entry.jobId === jobId);
      if (at > 0) waiting.unshift(...waiting.splice(at, 1));
      onChange();
    },
    /** 0 for the job that has the machine, 1 for the next; undefined for one that does not need it. */
    placeOf(jobId: string): number | undefined {
      if (holder === jobId) return 0;
      const at = waiting.findIndex((entry) => entry.jobId === jobId);
      return at < 0 ? undefined : at + 1;
    },
    get isFree() {
      return holder === undefined && waiting.length === 0;
    },
  };
}
