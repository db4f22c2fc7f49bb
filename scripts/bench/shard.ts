import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scanFile, serialiseRow } from "@trainchain/dataset";
import { openDatasetFile, shardDataset } from "@trainchain/dataset/node";

const self = fileURLToPath(import.meta.url);
const shards = 5;
const sizesMb = [100, 1_000];
/** Each is run this often in turn and the fastest counts: the least disturbed run is the nearest to the truth. */
const turns = 2;

interface Run {
  seconds: number;
  /** Null where the command does not tell. */
  peakMb: number | null;
  /** Of these seconds, until the program was loaded; null where the command does not tell. */
  loadSeconds: number | null;
}

/** What our process prints at its end. */
type Told = Omit<Run, "seconds">;

export default {
  name: "shard",
  about: "shardDataset beside GNU shuf + split, and a check alone beside jq, on the same file",
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
    const checks: Run[] = [];
    for (let turn = 0; turn < turns; turn++) {
      theirs.push(await shuffleAndSplit(dir, file));
      ours.push(await shardInProcess(dir, file));
      checks.push(await timed(process.execPath, [self, file]));
    }
    const parsing = await timed("sh", ["-c", 'jq -c . "$0" | wc -l >/dev/null', file]);
    const line = (tool: string, runs: Run[]) => {
      const seconds = Math.min(...runs.map((run) => run.seconds));
      return {
        tool,
        sizeMb,
        rows: rowCount,
        seconds,
        rowsPerSecond: Math.round(rowCount / seconds),
        mbPerSecond: sizeBytes / 1e6 / seconds,
        loadSeconds:
          runs[0]!.loadSeconds === null ? null : Math.min(...runs.map((run) => run.loadSeconds ?? 0)),
        peakMb: runs[0]!.peakMb === null ? null : Math.max(...runs.map((run) => run.peakMb ?? 0)),
      };
    };
    return [
      line("shardDataset", ours),
      line("shuf + split", theirs),
      line("check alone", checks),
      line("jq -c . | wc -l", [parsing]),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function ratiosOf(rows: Row[]): Record<string, number> {
  const ratios: Record<string, number> = {};
  const of = (name: string) => rows.filter(({ tool }) => tool === name);
  const [ours, theirs, checks, parsings] = [
    of("shardDataset"),
    of("shuf + split"),
    of("check alone"),
    of("jq -c . | wc -l"),
  ];
  for (const [index, { sizeMb, seconds }] of ours.entries()) {
    ratios[`seconds, ours / shuf + split, ${sizeMb} MB`] = seconds / theirs[index]!.seconds;
    ratios[`seconds, check / a third of jq, ${sizeMb} MB`] =
      checks[index]!.seconds / (parsings[index]!.seconds / 3);
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
    ...splitting,
    seconds: shuffling.seconds + splitting.seconds,
  };
}

/** In a process of its own, so that the peak is this work's alone. */
async function shardInProcess(dir: string, file: string): Promise<Run> {
  const outDir = join(dir, "ours");
  const run = await timed(process.execPath, [self, file, outDir]);
  await rm(outDir, { recursive: true });
  return run;
}

/** Runs a command; what it prints is taken for what ours tells. */
async function timed(command: string, parameters: string[]): Promise<Run> {
  const begun = performance.now();
  const child = spawn(command, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => {
    output += piece.toString();
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  const told: Told = output ? JSON.parse(output) : { peakMb: null, loadSeconds: null };
  return { seconds: (performance.now() - begun) / 1_000, ...told };
}

if (import.meta.main) {
  const loadSeconds = performance.now() / 1_000;
  const [file = "", outDir] = process.argv.slice(2);
  if (outDir) await shardDataset({ file, outDir, shards, seed: 1 });
  else await scanFile(await openDatasetFile(file));
  console.log(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1_000, loadSeconds } satisfies Told));
}
