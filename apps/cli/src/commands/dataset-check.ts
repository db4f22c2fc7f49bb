import { createReadStream, openAsBlob } from "node:fs";
import { checkDataset, type DatasetReport, type Problem } from "@trainchain/dataset";
import { checkImageArchive } from "@trainchain/dataset/images";
import { detectFileFormat } from "@trainchain/dataset/node";
import type { Command } from "commander";
import { describeArchive } from "../describe-archive.ts";
import { withJson } from "../options.ts";
import { createOutput, table } from "../output.ts";
import { assertReadable } from "../readable-file.ts";

export function addDatasetCheck(parent: Command): void {
  withJson(parent.command("check"))
    .description(
      "check an Alpaca dataset (JSONL, JSON array or CSV) or an image archive (zip) for everything the platform would refuse",
    )
    .argument("<file>")
    .action(async (file: string, { json }: { json: boolean }) => {
      await assertReadable(file);
      const blob = await openAsBlob(file);
      if ((await blob.slice(0, 4).text()) === "PK\u0003\u0004") {
        const report = await checkImageArchive(blob);
        createOutput(json).result({ file, ...report }, () => describeArchive(file, report));
        if (!report.ok) process.exitCode = 2;
        return;
      }
      const format = await detectFileFormat(file);
      const report = await checkDataset(createReadStream(file), { format });
      createOutput(json).result({ file, ...report }, () => describeReport(file, report));
      if (!report.ok) process.exitCode = 2;
    });
}

function describeReport(file: string, report: DatasetReport): string[] {
  const { format, ok, rows, duplicates, errors, promptChars, outputChars } = report;
  const lengths = [
    ["characters", "min", "median", "95 %", "max"],
    ...Object.entries({ prompt: promptChars, output: outputChars }).flatMap(([name, length]) =>
      length ? [[name, ...[length.min, length.median, length.p95, length.max].map(String)]] : [],
    ),
  ];
  return [
    `${file}: ${format}, ${rows} usable rows, ${duplicates} repetitions, ${errors} errors`,
    ...(rows > 0 ? table(lengths) : []),
    ...report.problems.map(describeProblem),
    ...(errors + report.warnings > report.problems.length
      ? ["… the first 20 are shown, all are counted"]
      : []),
    ok ? "✓ It can be used as it is." : "✗ It cannot be used yet.",
  ];
}

function describeProblem({ severity, line, field, problem, fix }: Problem): string {
  const place = [line > 0 ? `line ${line}` : "the file", ...(field ? [field] : [])].join(", ");
  return `${severity === "error" ? "✗" : "!"} ${place} ${problem}. ${fix}`;
}
