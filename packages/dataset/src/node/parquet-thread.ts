import { openAsBlob } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { createParquetAnswers } from "../parquet-answers.ts";

const port = parentPort!;
const file = workerData as string | Blob;
const answer = createParquetAnswers(typeof file === "string" ? await openAsBlob(file) : file);

port.on("message", async () => port.postMessage(await answer()));
