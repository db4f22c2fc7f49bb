import type { ProcessName } from "@trainchain/testing/local-world";
import type { JobWorld } from "../job-moves/job-world.ts";
import { type Fault, type Step, steps } from "./fault.ts";

/** The platform's own processes. */
export const processes = ["api", "indexer", "worker"] as const satisfies ProcessName[];

async function killAndRestart(world: JobWorld, names: readonly ProcessName[]): Promise<void> {
  await Promise.all(names.map((name) => world.local[name].kill()));
  for (const name of names) await world.local.restart(name);
}

export function kill(names: readonly ProcessName[], at: Step): Fault {
  const name = `SIGKILL of ${names.join(" and ")}`;
  return { name, at, end: "completed", strike: (world) => killAndRestart(world, names) };
}

/** Each process alone and each two of them, killed after each step. */
export const kills: Fault[] = [
  ...processes.flatMap((name) => steps.map((at) => kill([name], at))),
  ...processes.flatMap((left) =>
    steps.map((at) =>
      kill(
        processes.filter((name) => name !== left),
        at,
      ),
    ),
  ),
];
