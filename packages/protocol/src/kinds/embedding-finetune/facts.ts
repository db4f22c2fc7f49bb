import { describeLeftOut } from "../adapters.ts";
import { counted, type Fact, inThrees, type Telling } from "../fact.ts";
import type { EmbeddingSpecSummary } from "./summary.ts";

export const embeddingTelling: Telling<EmbeddingSpecSummary> = {
  factsOf({ rows, shardRows, epochs, rank, alpha, maxLength, leftOut, stages, device }) {
    const trainedOn = shardRows.reduce((total, count) => total + count, 0);
    return [
      ["Pairs", `${inThrees(rows)} in all, ${inThrees(rows - trainedOn)} of them kept back`],
      ...(leftOut ? [["Left out", describeLeftOut(leftOut)] satisfies Fact] : []),
      ["Shards", shardRows.map(inThrees).join(" + ")],
      ["Epochs", inThrees(epochs)],
      ["Adapter", `LoRA, rank ${rank}, alpha ${alpha}, all linear layers`],
      ["Longest text", `${inThrees(maxLength)} tokens`],
      ["Proved by", stages === undefined ? "its result" : "parts of each training, done again"],
      ["Trains on", device === "cpu" ? "the processor, in float32" : "a graphics card, or a processor"],
    ];
  },
  describe: ({ rank, epochs, rows, shardRows }) =>
    `LoRA rank ${rank}, ${counted(epochs, "epoch")}, ${rows} pairs in ${counted(shardRows.length, "shard")}`,
};
