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
import { withJson } from "../options.ts";
import { createOutput, table } from "../output.ts";
import { assertReadable } from "../readable-file.ts";

export function addDatasetCheck(parent: Command): void {
  withJson(parent.command("check"))
    .description(
      "check a dataset (JSON Lines, JSON, CSV or Parquet, also packed) or an image archive (zip) for everything the platform would refuse",
    )
    .argument("<file>")
    .action(async (file: string, { json }: { json: boolean }) => {
      await assertReadable(file);
      const report = await scanFile(await openDatasetFile(file));
      if (report.counts["image-archive"]) {
        const images = await checkImageArchive(await openAsBlob(file));
        createOutput(json).result({ file, ...images }, () => describeArchive(file, images));
        if (!images.ok) process.exitCode = 2;
        return;
      }
      createOutput(json).result({ file, ...report }, () => describeReport(file, report));
      if (!report.ok) process.exitCode = 2;
    });
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
    `${file}: ${format}, ${rows} usable rows, ${duplicates} repetitions, ${errors} errors`,
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
