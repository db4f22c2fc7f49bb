import {
  createRowReservoir,
  describeRows,
  leftOutOf,
  type Problem,
  placeOfProblem,
  type RowVisitor,
  scanFile,
} from "@trainchain/dataset";
import { openDatasetFile } from "@trainchain/dataset/node";
import { counted, TrainChainError } from "@trainchain/protocol";
import { countTokens } from "./count-tokens.ts";
import type { Output } from "./output.ts";
import type { Platform } from "./platform.ts";

/** What a request has to say of its rows. */
interface CheckedRows {
  leaveOut: number | undefined;
  maxLength: number | undefined;
}

/**
 * Checks a file of rows before it is sent, and says what is in it and how long its rows are for the model.
 * @throws TrainChainError `dataset-invalid`, with the first problem, where it has rows that cannot be used and that are
 * not to be left out
 */
export async function checkRows(
  platform: Platform,
  file: string,
  { model, leaveOut, maxLength }: { model: string; leaveOut: boolean; maxLength?: number | undefined },
  output: Output,
): Promise<CheckedRows> {
  const reservoir = createRowReservoir();
  const usable = await findUsableRows(file, { leaveOut, visitor: { row: reservoir.add } }, output);
  const asked = { leaveOut: usable.leaveOut, maxLength };
  const rows = { rows: reservoir.rows(), inAll: usable.rows, maxLength };
  try {
    const count = await countTokens(platform, model, rows);
    for (const line of count.lines) output.note(line);
    return { ...asked, maxLength: count.maxLength };
  } catch (error) {
    // The platform counts once more before anything is paid.
    if (!(error instanceof TrainChainError) || !["not-found", "storage-unavailable"].includes(error.code))
      throw error;
    output.note(`tokens are not counted here: ${error.message}`);
    return asked;
  }
}

/**
 * Reads a file of rows to its end, and says what is in it.
 * @throws TrainChainError `dataset-invalid`, as checkRows does
 */
export async function findUsableRows(
  file: string,
  { leaveOut, visitor }: { leaveOut: boolean; visitor?: RowVisitor },
  output: Output,
): Promise<{ rows: number; leaveOut: number | undefined }> {
  output.note(`checking ${file}`);
  const report = await scanFile(await openDatasetFile(file), {}, visitor);
  const leftOut = leftOutOf(report);
  if (!report.ok && !(leaveOut && leftOut)) throw refusal(file, report, leftOut !== undefined);
  output.note(describeRows(report.layouts));
  if (leftOut) output.note(`${counted(leftOut.rows, "row")} that cannot be used: left out`);
  return { rows: report.rows, leaveOut: leftOut?.rows };
}

function refusal(
  file: string,
  { problems, errors, rows }: { problems: readonly Problem[]; errors: number; rows: number },
  mayLeaveOut: boolean,
): TrainChainError {
  const first = problems.find(({ severity }) => severity === "error");
  const what = first ? `${placeOfProblem(first)} ${first.problem}` : "nothing in it can be used";
  const fixes = [
    first?.fix ?? "See docs/dataset-format.md.",
    ...(mayLeaveOut ? [`To go on with the other ${counted(rows, "row")}: --leave-out.`] : []),
    `All of them: trainchain dataset check ${file}. Nothing was sent.`,
  ];
  return new TrainChainError("dataset-invalid", `${file}: ${what} (${counted(errors, "error")} in all)`, {
    fix: fixes.join(" "),
  });
}
