import { type ErrorCode, errorTable, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { scrub, secretsAmong } from "@trainchain/telemetry";

/** Where a command's words go: results to standard output, everything on the way to standard error. */
export interface Output {
  json: boolean;
  /** The result: as one JSON document with --json, else as the lines that `sentences` gives. */
  result(document: unknown, sentences: () => string[]): void;
  /** What happens meanwhile; silent with --json. */
  note(line: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(document, sentences) {
      process.stdout.write(json ? `${toJson(document)}\n` : `${sentences().join("\n")}\n`);
    },
    note(line) {
      if (!json) process.stderr.write(`${line}\n`);
    },
  };
}

/** The end of a command that failed: message, fix, and what the exit says: 2 user, 75 try again, 1 bug. */
export function reportFailure(error: unknown, json: boolean): number {
  const { code, message, fix, facts, mayRetry } = asOurs(error);
  // A node's address stands in its errors, and may carry a key.
  const secrets = secretsAmong(process.env);
  if (json) process.stdout.write(scrub(`${toJson({ error: { code, message, fix, facts } })}\n`, secrets));
  else process.stderr.write(scrub(`✗ ${message}\n${fix ? `  ${fix}\n` : ""}`, secrets));
  if (code === "internal") {
    if (process.env.DEBUG)
      process.stderr.write(scrub(`${error instanceof Error ? error.stack : error}\n`, secrets));
    return 1;
  }
  return mayRetry ? 75 : 2;
}

/** The adapter package has an error class of its own, of the same shape; its code is one of the table. */
function asOurs(error: unknown): TrainChainError {
  if (error instanceof Error && "code" in error && "fix" in error && String(error.code) in errorTable) {
    return new TrainChainError(error.code as ErrorCode, error.message, {
      fix: String(error.fix),
      cause: error,
    });
  }
  return toTrainChainError(error);
}

/** Amounts are bigint until here: JSON takes them as decimal strings. */
function toJson(document: unknown): string {
  return JSON.stringify(document, (_, value) => (typeof value === "bigint" ? value.toString() : value), 2);
}

/** Rows of cells as aligned columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
