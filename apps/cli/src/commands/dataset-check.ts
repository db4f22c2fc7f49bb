import { openAsBlob } from "node:fs";
import {
  type DatasetReport,
  describeRows,
  type Problem,
  placeOfProblem,
  scanFile,
} from "@trainchain/dataset";
import { checkImageArchive } from "@trainchain/dataset/images";
import { openDatasetFile } from "@trainchain/dataset/node";
import type { Command } from "commander";
import { describeArchive } from "../describe-archive.ts";
import { withDataset } from "../hub/fetch-dataset.ts";
import { withJson } from "../options.ts";
import { counted, createOutput, type Output, table } from "../output.ts";
import { assertReadable } from "../readable-file.ts";
import { createRowFile } from "../row-file.ts";

export function addDatasetCheck(parent: Command): void {
  withJson(parent.command("check"))
    .description(
      "check a dataset (JSON Lines, JSON, CSV or Parquet, also packed) or an image archive (zip) for everything the platform would refuse",
    )
    .argument("<file>", "a file, or hf://owner/name[@revision][/path] for one of a hub")
    .option("--write <file>", "write the usable rows to this file, and leave out the others")
    .action(async (file: string, { json, write }: { json: boolean; write?: string }) => {
      const output = createOutput(json);
      await withDataset(file, output, (path) => check(path, write, output));
    });
}

async function check(file: string, write: string | undefined, output: Output): Promise<void> {
  await assertReadable(file);
  const rows = write === undefined ? undefined : await createRowFile(write);
  const report = await scanFile(await openDatasetFile(file), {}, rows).catch(async (error: unknown) => {
    await rows?.finish(false);
    throw error;
  });
  const isWritten = rows !== undefined && report.rows > 0 && !report.stopped;
  await rows?.finish(isWritten);
  if (report.counts["image-archive"]) {
    const images = await checkImageArchive(await openAsBlob(file));
    output.result({ file, ...images }, () => describeArchive(file, images));
    if (!images.ok) process.exitCode = 2;
    return;
  }
  const written = isWritten ? { written: write } : {};
  output.result({ file, ...report, ...written }, () => [
    ...describeReport(file, report),
    ...(isWritten ? [`✓ ${report.rows} usable rows are in ${write}, ${report.leftOut} are left out.`] : []),
  ]);
  if (!report.ok && !isWritten) process.exitCode = 2;
}

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
    ok ? "✓ It can be used as it is." : "✗ It cannot be used yet.",
  ];
}

function describeProblem(found: Problem): string {
  const { severity, problem, fix, count } = found;
  return `${severity === "error" ? "✗" : "!"} ${placeOfProblem(found)}${count > 1 ? ":" : ""} ${problem}. ${fix}`;
}
