import type { JobKind } from "@trainchain/protocol";
import "../../zod-without-eval.ts";
import { type FileCheck, fileChecks } from "./kinds/file-checks.ts";

/** What the worker says: how far it is, what it found, or why it could not read the file. */
export type CheckMessage =
  | { type: "progress"; share: number }
  | { type: "checked"; check: FileCheck }
  | { type: "failed"; message: string };

/** What is to be checked; `answerMs` is the longest that a part of a Parquet file may take (`checkRows`). */
interface CheckRequest {
  kind: JobKind;
  file: File;
  answerMs?: number;
}

const tell = (message: CheckMessage) => postMessage(message);

addEventListener("message", ({ data: { kind, file, answerMs } }: MessageEvent<CheckRequest>) => {
  fileChecks[kind](file, (share) => tell({ type: "progress", share }), answerMs)
    .then((check) => tell({ type: "checked", check }))
    .catch((error: unknown) =>
      tell({ type: "failed", message: error instanceof Error ? error.message : String(error) }),
    );
});
