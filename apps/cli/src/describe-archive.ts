import { type ImageArchiveReport, placeOfArchiveProblem } from "@trainchain/dataset/images";
import { counted } from "@trainchain/protocol/plain";
import { table } from "./output.ts";

/** An image archive's check as lines for people: its classes with their counts, then what is wrong. */
export function describeArchive(file: string, report: ImageArchiveReport): string[] {
  const { ok, images, classes, duplicates, errors, warnings, problems } = report;
  const counts = [
    ["class", "train", "val", "test"],
    ...classes.map(({ name, train, val, test }) => [name, String(train), String(val), String(test)]),
  ];
  return [
    `${file}: zip, ${counted(images, "usable image")} of ${classes.length} ${classes.length === 1 ? "class" : "classes"}, ${counted(duplicates, "repetition")}, ${counted(errors, "error")}`,
    ...(classes.length > 0 ? table(counts) : []),
    ...problems.map(
      (found) =>
        `${found.severity === "error" ? "✗" : "!"} ${placeOfArchiveProblem(found)}${found.count > 1 ? ":" : ""} ${found.problem}. ${found.fix}`,
    ),
    ...(errors + warnings > problems.reduce((sum, { count }) => sum + count, 0)
      ? ["… the first 20 kinds are shown, all are counted"]
      : []),
    ok ? "✓ It can be used as it is." : "✗ It cannot be used yet.",
  ];
}
