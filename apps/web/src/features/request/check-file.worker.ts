import { type DatasetReport, scanFile } from "@trainchain/dataset";
import { checkImageArchive, type ImageArchiveReport } from "@trainchain/dataset/images";
import type { JobKind } from "@trainchain/protocol";
import "../../zod-without-eval.ts";
import { createRowSampler, type RowSample } from "./sample-rows.ts";

/** What a worker found in a file, or why it could not read it. */
export type FileCheck =
  | { kind: "llm-finetune"; report: DatasetReport; sample: RowSample }
  | { kind: "image-classification"; report: ImageArchiveReport };

export type CheckMessage =
  | { type: "progress"; share: number }
  | { type: "checked"; check: FileCheck }
  | { type: "failed"; message: string };

const tell = (message: CheckMessage) => postMessage(message);

addEventListener("message", ({ data: { kind, file } }: MessageEvent<{ kind: JobKind; file: File }>) => {
  const checking = kind === "llm-finetune" ? checkRows(file) : checkImages(file);
  checking
    .then((check) => tell({ type: "checked", check }))
    .catch((error: unknown) =>
      tell({ type: "failed", message: error instanceof Error ? error.message : String(error) }),
    );
});

async function checkRows(file: File): Promise<FileCheck> {
  const sampler = createRowSampler();
  const pieces = () => piecesOf(file);
  const report = await scanFile({ blob: file, name: file.name, pieces }, {}, sampler);
  return { kind: "llm-finetune", report, sample: sampler.sample() };
}

async function checkImages(file: File): Promise<FileCheck> {
  const onProgress = (share: number) => tell({ type: "progress", share });
  return { kind: "image-classification", report: await checkImageArchive(file, { onProgress }) };
}

const pieceBytes = 1024 * 1024;

async function* piecesOf(file: File) {
  for (let start = 0; start < file.size; start += pieceBytes) {
    tell({ type: "progress", share: start / file.size });
    yield new Uint8Array(await file.slice(start, start + pieceBytes).arrayBuffer());
  }
}
