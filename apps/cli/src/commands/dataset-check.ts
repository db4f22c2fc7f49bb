import { openAsBlob } from "node:fs";
import {
  createRowReservoir,
  type DatasetReport,
  describeRows,
  leftOutOf,
  type Problem,
  placeOfProblem,
  type RowReservoir,
  type RowVisitor,
  scanFile,
} from "@trainchain/dataset";
import { openDatasetFile } from "@trainchain/dataset/node";
import { counted, leastHeldOutRows, leastMaxLength } from "@trainchain/protocol/plain";
import type { Command } from "commander";
import type { CountedRows } from "../count-tokens.ts";
import { withDataset } from "../hub/fetch-dataset.ts";
import { webAddress, wholeNumber, withJson } from "../options.ts";
import { createOutput, type Output, table } from "../output.ts";
import { assertReadable } from "../readable-file.ts";
import { createRowFile, type RowFile } from "../row-file.ts";

interface Options {
  json: boolean;
  write?: string;
  model?: string;
  maxLength?: number;
  api?: string;
}

export function addDatasetCheck(parent: Command): void {
  withJson(parent.command("check"))
    .description(
      "check a dataset (JSON Lines, JSON, CSV or Parquet, also packed) or an image archive (zip) for everything the platform would refuse",
    )
    .argument("<file>", "a file, or hf://owner/name[@revision][/path] for one of a hub")
    .option("--write <file>", "write the usable rows to this file, and leave out the others")
    .option("--model <id>", "also count tokens, by the tokenizer of this model of the platform's")
    .option(
      "--max-length <tokens>",
      "of the longest row to train on (default: what holds 99 of 100 rows)",
      wholeNumber(leastMaxLength, 8_192),
    )
    .option("--api <url>", "the platform (default: API_URL, else http://127.0.0.1:4000)", webAddress)
    .action(async (file: string, options: Options) => {
      const output = createOutput(options.json);
      await withDataset(file, output, (path) => check(path, options, output));
    });
}

async function check(file: string, { write, model, maxLength, api }: Options, output: Output): Promise<void> {
  await assertReadable(file);
  const rows = write === undefined ? undefined : await createRowFile(write);
  const drawn = createRowReservoir();
  const visitor = model === undefined ? rows : both(drawn, rows);
  const report = await scanFile(await openDatasetFile(file), {}, visitor).catch(async (error: unknown) => {
    await rows?.finish(false);
    throw error;
  });
  const isWritten = rows !== undefined && report.rows > 0 && !report.stopped;
  await rows?.finish(isWritten);
  if (report.counts["image-archive"]) {
    return checkImages(file, output);
  }
  const tokens =
    model === undefined || report.rows === 0
      ? undefined
      : await count(model, { rows: drawn.rows(), inAll: report.rows, maxLength }, api);
  const written = isWritten ? { written: write } : {};
  const inTokens = tokens ? { tokens: { maxLength: tokens.maxLength, ...tokens.counted } } : {};
  output.result({ file, ...report, ...inTokens, ...written }, () => [
    ...describeReport(file, report),
    ...(tokens?.lines ?? []),
    ...(isWritten
      ? [`✓ ${report.rows} usable rows are in ${write}, ${report.leftOut} are left out.`]
      : wayOn(report)),
  ]);
  if (!report.ok && !isWritten) process.exitCode = 2;
}

/** Loaded only where the file is one; what counts tokens likewise. */
async function checkImages(file: string, output: Output): Promise<void> {
  const { checkImageArchive } = await import("@trainchain/dataset/images");
  const { describeArchive } = await import("../describe-archive.ts");
  const images = await checkImageArchive(await openAsBlob(file));
  output.result({ file, ...images }, () => describeArchive(file, images));
  if (!images.ok) process.exitCode = 2;
}

async function count(model: string, rows: CountedRows, api: string | undefined) {
  const { countTokens } = await import("../count-tokens.ts");
  const { openApi } = await import("../platform.ts");
  return countTokens(await openApi(api), model, rows);
}

/** Both see each row. */
function both(drawn: RowReservoir, rows: RowFile | undefined): RowVisitor {
  return {
    row(bytes) {
      drawn.add(bytes);
      rows?.row(bytes);
    },
    afterChunk: () => rows?.afterChunk?.(),
  };
}

/** Of a job of one contributor. */
const leastRows = leastHeldOutRows + 1;

function describeReport(file: string, report: DatasetReport): string[] {
  const { format, ok, rows, layouts, duplicates, errors, promptChars, outputChars } = report;
  const lengths = [
    ["characters", "min", "median", "95 %", "max"],
    ...Object.entries({ prompt: promptChars, output: outputChars }).flatMap(([name, length]) =>
      length ? [[name, ...[length.min, length.median, length.p95, length.max].map(String)]] : [],
    ),
  ];
  const shown = report.problems.reduce((sum, { count }) => sum + count, 0);
  return [
    `${file}: ${format}, ${counted(rows, "usable row")}, ${counted(duplicates, "repetition")}, ${counted(errors, "error")}`,
    ...(rows > 0 ? [describeRows(layouts), ...table(lengths)] : []),
    ...report.problems.map(describeProblem),
    ...(errors + report.warnings > shown ? ["… the first 20 kinds are shown, all are counted"] : []),
    ...(rows > 0 && rows < leastRows
      ? [
          `! With ${counted(rows, "usable row")} no job can be requested: ${leastHeldOutRows} are kept back to measure the result, and each contributor needs one. Add rows, to ${leastRows} at least.`,
        ]
      : []),
    ok ? "✓ It can be used as it is." : "✗ It cannot be used yet.",
  ];
}

/** What else can be done with rows of which some cannot be used. */
function wayOn(report: DatasetReport): string[] {
  const { rows } = report;
  if (!leftOutOf(report) || rows < leastRows) return [];
  return [
    `To go on with the other ${counted(rows, "usable row")}: --write FILE writes them to a file of their own; a request takes them by --leave-out with: trainchain job create`,
  ];
}

function describeProblem(found: Problem): string {
  const { severity, problem, fix, count } = found;
  return `${severity === "error" ? "✗" : "!"} ${placeOfProblem(found)}${count > 1 ? ":" : ""} ${problem}. ${fix}`;
}
