import { parentPort } from "node:worker_threads";
import { createShardWork } from "./shard-work.ts";

const port = parentPort!;

const { tell } = createShardWork((told, moved) => {
  // What the disk refuses ends the thread, and whoever started it hears of it.
  if ("failure" in told) throw told.failure;
  port.postMessage(told, moved);
});

port.on("message", tell);
