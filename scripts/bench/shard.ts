import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serialiseRow } from "@trainchain/dataset";
import { shardDataset } from "@trainchain/dataset/node";

const shards = 5;
const sizesMb = [100, 1_000];
/** Each is run this often in turn and the fastest counts: the least disturbed run is the nearest to the truth. */
const turns = 2;

interface Run {
  seconds: number;
  /** Null where the command does not tell. */
  peakMb: number | null;
}

export default {
  name: "shard",
  about: "shardDataset beside GNU shuf + split on the same file: rows/s, MB/s, peak memory, growth",
  /** Arguments are sizes in MB, from small to large. */
  async run(args: string[] = []) {
    const rows = [];
    for (const sizeMb of args.length > 0 ? args.map(Number) : sizesMb)
      rows.push(...(await benchSize(sizeMb)));
    return { rows, ratios: ratiosOf(rows) };
  },
};

type Row = Awaited<ReturnType<typeof benchSize>>[number];

async function benchSize(sizeMb: number) {
  const dir = await mkdtemp(join(tmpdir(), "bench-shard-"));
  try {
    const file = join(dir, "rows.jsonl");
    const rowCount = await generateRows(file, sizeMb * 1e6);
    const { size: sizeBytes } = await stat(file);
    const ours: Run[] = [];
    const theirs: Run[] = [];
    for (let turn = 0; turn < turns; turn++) {
      theirs.push(await shuffleAndSplit(dir, file));
      ours.push(await shardInProcess(dir, file));
    }
    const line = (tool: string, runs: Run[]) => {
      const seconds = Math.min(...runs.map((run) => run.seconds));
      return {
        tool,
        sizeMb,
        rows: rowCount,
        seconds,
        rowsPerSecond: Math.round(rowCount / seconds),
        mbPerSecond: sizeBytes / 1e6 / seconds,
        peakMb: runs[0]!.peakMb === null ? null : Math.max(...runs.map((run) => run.peakMb ?? 0)),
      };
    };
    return [line("shardDataset", ours), line("shuf + split", theirs)];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function ratiosOf(rows: Row[]): Record<string, number> {
  const ratios: Record<string, number> = {};
  const ours = rows.filter(({ tool }) => tool === "shardDataset");
  const theirs = rows.filter(({ tool }) => tool !== "shardDataset");
  for (const [index, { sizeMb, seconds }] of ours.entries()) {
    ratios[`seconds, ours / shuf + split, ${sizeMb} MB`] = seconds / theirs[index]!.seconds;
  }
  const [small, large] = [ours[0]!, ours.at(-1)!];
  const growth = large.seconds / small.seconds / (large.sizeMb / small.sizeMb);
  if (ours.length > 1) ratios[`seconds per MB, ${large.sizeMb} MB / ${small.sizeMb} MB`] = growth;
  return ratios;
}

const subjects = ["rivers", "bread", "numbers", "the moon", "letters", "small boats", "über-Straßen"];

/** Rows of 200 to 1,400 bytes, all different, spelt as Python's json.dump does, with escapes in most. */
async function generateRows(path: string, sizeBytes: number): Promise<number> {
  const file = createWriteStream(path, { highWaterMark: 4_194_304 });
  let written = 0;
  let rows = 0;
  while (written < sizeBytes) {
    const subject = subjects[rows % subjects.length]!;
    const sentences = Array.from(
      { length: 2 + (rows % 23) },
      (_, at) => `${at + 1}. Of ${subject} there is "more" to say.`,
    );
    const row = {
      instruction: `Explain ${subject} (${rows}).`,
      input: rows % 3 ? "" : subject,
      output: sentences.join("\n"),
    };
    const line = `${serialiseRow(row).replace('","input"', '", "input"').replace('","output"', '", "output"')}\n`;
    written += Buffer.byteLength(line);
    rows += 1;
    if (!file.write(line)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  return rows;
}

async function shuffleAndSplit(dir: string, file: string): Promise<Run> {
  const shuffled = join(dir, "shuffled");
  const parts = join(dir, "gnu");
  await mkdir(parts);
  const shuffling = await timed("shuf", [file, "-o", shuffled]);
  const splitting = await timed("split", ["-n", `l/${shards}`, shuffled, join(parts, "part-")]);
  await rm(shuffled);
  await rm(parts, { recursive: true });
  return {
    seconds: shuffling.seconds + splitting.seconds,
    peakMb: null,
  };
}

/** In a process of its own, so that the peak is this work's alone. */
async function shardInProcess(dir: string, file: string): Promise<Run> {
  const outDir = join(dir, "ours");
  const run = await timed(process.execPath, [fileURLToPath(import.meta.url), file, outDir]);
  await rm(outDir, { recursive: true });
  return run;
}

/** Runs a command; what it prints is taken for the peak of its memory in MB. */
async function timed(command: string, parameters: string[]): Promise<Run> {
  const begun = performance.now();
  const child = spawn(command, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => {
    output += piece.toString();
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - begun) / 1_000, peakMb: output ? Number(output) : null };
}

if (import.meta.main) {
  const [file, outDir] = process.argv.slice(2);
  await shardDataset({ file: file!, outDir: outDir!, shards, seed: 1 });
  console.log(process.resourceUsage().maxRSS / 1_000);
}
