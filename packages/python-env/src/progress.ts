import { formatBytes } from "@trainchain/protocol";

/** What a person waiting for the environment sees, in order: one object per thing that happened. */
export type EnvironmentProgress =
  | { phase: "uv"; message: string }
  | { phase: "waiting"; message: string }
  | { phase: "resolving"; message: string }
  | {
      phase: "downloading";
      message: string;
      /** The package this line is about; absent on the once-a-second tick. */
      packageName?: string;
      /** Bytes of the packages fully downloaded, and of all that uv said it will download so far. */
      doneBytes: number;
      totalBytes: number;
      /** Disk used since the install began, so that one big package still shows movement. */
      writtenBytes: number;
      seconds: number;
    }
  | { phase: "installing"; message: string; packages: number; seconds: number }
  | { phase: "proving"; message: string }
  | { phase: "ready"; message: string; device: string; seconds: number };

export type OnProgress = (progress: EnvironmentProgress) => void;

const units: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/**
 * Turns uv's own lines into progress. uv names every package above 1 MiB with its size when its download
 * starts ("Downloading torch (514.2MiB)") and again when it ends (" Downloaded torch").
 */
export function readUvProgress(onProgress: OnProgress, startedAt = performance.now()) {
  const sizes = new Map<string, number>();
  let doneBytes = 0;
  let totalBytes = 0;
  let writtenBytes = 0;
  let downloading = false;
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const tell = (message: string, packageName?: string) =>
    onProgress({
      phase: "downloading",
      message,
      packageName,
      doneBytes,
      totalBytes,
      writtenBytes,
      seconds: seconds(),
    });

  return {
    line(text: string): void {
      const starting = /^\s*Downloading (\S+) \(([\d.]+)(B|KiB|MiB|GiB)\)/.exec(text);
      const finished = /^\s*Downloaded (\S+)/.exec(text);
      const resolved = /^Resolved (\d+) packages/.exec(text);
      const installed = /^Installed (\d+) packages/.exec(text);
      if (starting) {
        const sizeBytes = Math.round(Number(starting[2]) * units[starting[3]!]!);
        sizes.set(starting[1]!, sizeBytes);
        totalBytes += sizeBytes;
        downloading = true;
        tell(`${starting[1]} (${formatBytes(sizeBytes)})`, starting[1]);
      } else if (finished) {
        doneBytes += sizes.get(finished[1]!) ?? 0;
        tell(
          `${finished[1]} downloaded, ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
          finished[1],
        );
      } else if (resolved) {
        onProgress({ phase: "resolving", message: `${resolved[1]} packages needed` });
      } else if (/^Prepared /.test(text)) {
        downloading = false;
      } else if (installed) {
        downloading = false;
        onProgress({
          phase: "installing",
          message: `${installed[1]} packages installed`,
          packages: Number(installed[1]),
          seconds: seconds(),
        });
      }
    },
    /** Call once a second with the disk used since the start. */
    tick(bytes: number): void {
      writtenBytes = Math.max(writtenBytes, bytes);
      if (downloading)
        tell(`${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}, ${formatBytes(writtenBytes)} on disk`);
    },
  };
}
