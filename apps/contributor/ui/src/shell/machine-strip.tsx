import { formatBytes } from "@trainchain/protocol";
import { useAppState } from "../agent/live-state.ts";
import { formatPercent } from "./format.ts";

/** How busy the machine is, in one line at the bottom. */
export function MachineStrip() {
  const { load, held, jobs } = useAppState();
  const current = jobs.find(({ place }) => place === 0);
  const status = held ?? (current ? `Working on job ${current.record.jobId}.` : "The machine is free.");
  return (
    <footer className="border-t border-line bg-surface text-xs text-muted">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2 sm:px-8">
        <span className="mr-auto max-sm:w-full">{status}</span>
        {load && (
          <>
            <span className="tabular-nums">CPU {formatPercent(load.cpu)}</span>
            <span className="tabular-nums">
              Memory {formatBytes(load.memoryUsedBytes)} of {formatBytes(load.memoryTotalBytes)}
            </span>
            {load.gpu && (
              <span className="tabular-nums">
                {load.gpu.name} {formatPercent(load.gpu.usage)}, {(load.gpu.memoryUsedMb / 1024).toFixed(1)}{" "}
                of {(load.gpu.memoryTotalMb / 1024).toFixed(1)} GiB
              </span>
            )}
          </>
        )}
      </div>
    </footer>
  );
}
