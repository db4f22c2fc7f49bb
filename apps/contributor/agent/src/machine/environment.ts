import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type EnvironmentState, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import {
  type EnvironmentProgress,
  type EnvironmentStamp,
  ensureEnvironment,
  forgetStamp,
  isEnvironment,
} from "@trainchain/python-env";

export interface EnvironmentOptions {
  envDir: string;
  trainerDir: string;
  uvCacheDir: string | undefined;
  onChange: () => void;
  onLog: (line: string) => void;
}

/** The training environment's way from nothing to proved, as a person watches it. */
export function createEnvironment({ envDir, trainerDir, uvCacheDir, onChange, onLog }: EnvironmentOptions) {
  const stopped = new AbortController();
  let state: EnvironmentState = { status: "installing", phase: "checking", message: "looking for it" };
  let work: Promise<void> | undefined;

  function become(next: EnvironmentState): void {
    state = next;
    onChange();
  }

  async function install(): Promise<void> {
    become({ status: "installing", phase: "checking", message: "looking for it" });
    try {
      const stamp = await ensureEnvironment({
        dir: envDir,
        requirementsPath: join(trainerDir, "requirements.txt"),
        ...(uvCacheDir === undefined ? {} : { uvCacheDir }),
        onProgress: (progress) => {
          become(toState(progress));
          onLog(progress.message);
        },
        onLog,
        signal: stopped.signal,
      });
      become(toReady(stamp));
    } catch (error) {
      if (stopped.signal.aborted) return;
      const { code, message, fix } = toTrainChainError(error);
      onLog(message);
      become({ status: "failed", error: { code, message, fix } });
    }
  }

  function begin(prepare: () => Promise<void> = async () => undefined): void {
    if (work) throw new TrainChainError("conflict", "the environment is being set up already");
    work = prepare()
      .then(install)
      .finally(() => {
        work = undefined;
      });
    // `install` never rejects; what `prepare` meets is shown like any failure.
    work.catch((error: unknown) => {
      const { code, message, fix } = toTrainChainError(error);
      become({ status: "failed", error: { code, message, fix } });
    });
  }

  return {
    get state() {
      return state;
    },
    /** Installs, or goes on with an install that broke off. */
    start: () => begin(),
    /** Proves it anew, and puts right what does not work. */
    repair: () => begin(() => forgetStamp(envDir)),
    /** Deletes it and installs it again. Deletes nothing that is no Python environment. */
    reset: () =>
      begin(async () => {
        become({ status: "installing", phase: "checking", message: `deleting ${basename(envDir)}` });
        if (isEnvironment(envDir)) await rm(envDir, { recursive: true, force: true });
      }),
    async close() {
      stopped.abort(new TrainChainError("conflict", "the app was closed"));
      await work?.catch(() => undefined);
    },
  };
}

function toState(progress: EnvironmentProgress): EnvironmentState {
  const { phase, message } = progress;
  if (progress.phase !== "downloading") return { status: "installing", phase, message };
  const { doneBytes, totalBytes, writtenBytes, seconds } = progress;
  // A package counts when it is whole; what lies on disk shows the big ones on their way.
  const reachedBytes = Math.min(totalBytes, Math.max(doneBytes, writtenBytes));
  const secondsLeft =
    reachedBytes > 0 && seconds > 3 ? (seconds * (totalBytes - reachedBytes)) / reachedBytes : undefined;
  return { status: "installing", phase, message, doneBytes: reachedBytes, totalBytes, secondsLeft };
}

function toReady({ device, deviceName, python, versions }: EnvironmentStamp): EnvironmentState {
  return { status: "ready", device, deviceName, python, versions };
}
