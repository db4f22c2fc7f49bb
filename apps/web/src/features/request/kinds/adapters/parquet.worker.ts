import { createParquetAnswers } from "@trainchain/dataset/parquet";

type Answers = ReturnType<typeof createParquetAnswers>;

let answers: Answers | undefined;

/** The first message is the file; each is answered with some rows more. */
addEventListener("message", ({ data: file }: MessageEvent<Blob>) => {
  answers ??= createParquetAnswers(file);
  answers().then(
    (answer) => postMessage(answer),
    // Into the event by which whoever asked hears of it.
    (error: unknown) => reportError(error),
  );
});
