import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createPartWriter, type PartFile } from "./part-writer.ts";
import { startThread } from "./shard-link.ts";

const newline = 0x0a;

/**
 * Cuts the rows of shards anew into `shardRows.length` of them, shard-0.jsonl … in `outDir`, which has none yet. The
 * shards that `shardDataset` made, one after the other, are the shuffled order itself: cut for another number, they are
 * what it would have made for that number. Memory stays bounded by the longest row.
 *
 * @param files JSON Lines, each ending with a newline, in the order of their slots
 * @param shardRows rows of each new shard; together as many as there are
 */
export async function cutShards({
  files,
  shardRows,
  outDir,
}: {
  files: readonly string[];
  shardRows: readonly number[];
  outDir: string;
}): Promise<PartFile[]> {
  const thread = startThread();
  try {
    const writer = createPartWriter(thread);
    let part = 0;
    let left = shardRows[part] ?? 0;
    const open = () => writer.open(join(outDir, `shard-${part}.jsonl`));
    open();
    for await (const row of rowsOf(files)) {
      if (left === 0) {
        await writer.finish();
        part += 1;
        left = shardRows[part] ?? 0;
        open();
      }
      const written = writer.write(row, 0, row.length);
      if (written) await written;
      left -= 1;
    }
    if (left !== 0 || part !== shardRows.length - 1)
      throw new Error(`${files.length} shards have not the rows of ${shardRows.join(" + ")}`);
    await writer.finish();
    return await writer.written();
  } finally {
    await thread.close();
  }
}

/** Every row with its newline; valid until the next is asked for. */
async function* rowsOf(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    let rest = Buffer.alloc(0);
    for await (const piece of createReadStream(file)) {
      const bytes = rest.length === 0 ? (piece as Buffer) : Buffer.concat([rest, piece as Buffer]);
      let start = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        yield bytes.subarray(start, end + 1);
        start = end + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
    }
    if (rest.length > 0) throw new Error(`${file} does not end with a whole row`);
  }
}
