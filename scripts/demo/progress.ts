import { performance } from "node:perf_hooks";

export interface StepTime {
  step: string;
  seconds: number;
}

/** Prints what happens as it happens, on stderr, and keeps the seconds of each step. */
export function createProgress({ quiet = false } = {}) {
  const times: StepTime[] = [];
  const begin = performance.now();
  const stamp = () => `${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s`;
  const note = (text: string) => {
    if (!quiet) process.stderr.write(`${stamp()}  ${text}\n`);
  };
  return {
    times,
    note,
    /** Runs one step and notes its name first and its seconds after. */
    async step<Value>(name: string, run: () => Promise<Value>): Promise<Value> {
      note(`▸ ${name}`);
      const start = performance.now();
      const value = await run();
      times.push({ step: name, seconds: Math.round((performance.now() - start) / 100) / 10 });
      return value;
    },
  };
}

export type Progress = ReturnType<typeof createProgress>;
