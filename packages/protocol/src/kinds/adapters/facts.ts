import { counted, type Fact, inThrees, type Telling } from "../fact.ts";
import { describeLeftOut } from "./describe-left-out.ts";
import type { AdapterSummary } from "./summary.ts";

/** How the spec of adapters is told: `rows` as people call them, and the heading for the longest of them. */
export function adapterTelling(words: { rows: string; longest: string }): Telling<AdapterSummary> {
  return {
    factsOf({ rows, shardRows, epochs, rank, alpha, maxLength, leftOut, stages, device }) {
      const trainedOn = shardRows.reduce((total, count) => total + count, 0);
      const heading = words.rows.charAt(0).toUpperCase() + words.rows.slice(1);
      return [
        [heading, `${inThrees(rows)} in all, ${inThrees(rows - trainedOn)} of them kept back`],
        ...(leftOut ? [["Left out", describeLeftOut(leftOut)] satisfies Fact] : []),
        ["Shards", shardRows.map(inThrees).join(" + ")],
        ["Epochs", inThrees(epochs)],
        ["Adapter", `LoRA, rank ${rank}, alpha ${alpha}, all linear layers`],
        [words.longest, `${inThrees(maxLength)} tokens`],
        ["Proved by", stages === undefined ? "its result" : "parts of each training, done again"],
        ["Trains on", device === "cpu" ? "the processor, in float32" : "a graphics card, or a processor"],
      ];
    },
    describe: ({ rank, epochs, rows, shardRows }) =>
      `LoRA rank ${rank}, ${counted(epochs, "epoch")}, ${rows} ${words.rows} in ${counted(shardRows.length, "shard")}`,
  };
}
