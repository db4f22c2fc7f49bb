import type { JobKind } from "@trainchain/protocol";
import { useEffect, useState } from "react";
import type { CheckMessage } from "./check-file.worker.ts";
import type { FileCheck } from "./kinds/file-checks.ts";

export type FileCheckState =
  | { status: "none" }
  | { status: "checking"; share: number }
  | { status: "checked"; check: FileCheck }
  | { status: "failed"; message: string };

/** Checks a file off the page's thread, with the code that the platform checks it with again. */
export function useFileCheck(kind: JobKind, file: File | undefined): FileCheckState {
  const [state, setState] = useState<FileCheckState>({ status: "none" });
  useEffect(() => {
    if (!file) return setState({ status: "none" });
    setState({ status: "checking", share: 0 });
    const worker = new Worker(new URL("./check-file.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<CheckMessage>) => {
      if (data.type === "progress") setState({ status: "checking", share: data.share });
      else if (data.type === "checked") setState({ status: "checked", check: data.check });
      else setState({ status: "failed", message: data.message });
    };
    worker.onerror = () => setState({ status: "failed", message: "the file could not be read" });
    worker.postMessage({ kind, file });
    return () => worker.terminate();
  }, [kind, file]);
  return state;
}
