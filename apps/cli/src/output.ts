import {
  type ErrorCode,
  errorTable,
  printable,
  printableJson,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol/plain";
import { scrub, secretsAmong } from "@trainchain/telemetry/secrets";
import { colourSign } from "./colours.ts";
import { commandName, isDebugging } from "./terminal/env.ts";

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
      if (json) process.stdout.write(`${printableJson(document, 2)}\n`);
      else printLines("stdout", sentences());
    },
    note(line) {
      if (!json) printLines("stderr", [line]);
    },
  };
}

/**
 * Prints lines, one each. What files, servers and other people wrote stands in most of them, and none of it may move
 * the cursor, clear the screen or begin a line of its own; so this file is the only one that writes to the terminal.
 */
export function printLines(stream: "stdout" | "stderr", lines: readonly string[]): void {
  const shown = lines.map(printable).map(asTyped);
  process[stream].write(`${shown.map((line) => colourSign(stream, line)).join("\n")}\n`);
}

/** A command that a line proposes, `trainchain job watch 7`, in the words with which this one was started. */
function asTyped(line: string): string {
  return line.replace(/(?<=^|: |`)trainchain (?=[a-z])/g, `${commandName()} `);
}

/** The end of a command that failed: message, fix, and what the exit says: 2 user, 75 try again, 1 bug. */
export function reportFailure(error: unknown, json: boolean): number {
  const { code, message, fix, facts, mayRetry } = asOurs(error);
  // A node's address stands in its errors, and may carry a key.
  const withoutSecrets = (text: string) => scrub(text, secretsAmong());
  if (json)
    process.stdout.write(withoutSecrets(`${printableJson({ error: { code, message, fix, facts } }, 2)}\n`));
  else {
    const told = [`✗ ${message}`, ...(fix ? [`  ${fix}`] : []), ...describeFacts(facts, message)];
    printLines("stderr", told.map(oneLine).map(withoutSecrets));
  }
  if (code === "internal") {
    if (isDebugging())
      printLines("stderr", withoutSecrets(String(error instanceof Error ? error.stack : error)).split("\n"));
    return 1;
  }
  return mayRetry ? 75 : 2;
}

/** The adapter package has an error class of its own, of the same shape; its code is one of the table. */
function asOurs(error: unknown): TrainChainError {
  if (!(error instanceof Error && "code" in error && "fix" in error && String(error.code) in errorTable))
    return toTrainChainError(error);
  if (error instanceof TrainChainError) return error;
  return new TrainChainError(error.code as ErrorCode, error.message, {
    ...(typeof error.fix === "string" ? { fix: error.fix } : {}),
    facts: "facts" in error ? (error.facts as Record<string, unknown>) : {},
    cause: error,
  });
}

/** What identifies the thing concerned, a line each, where the message does not say it already. */
function describeFacts(facts: Record<string, unknown>, message: string): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const isPlain = ["string", "number", "bigint", "boolean"].includes(typeof value);
    return isPlain && name !== "status" && !message.includes(String(value)) ? [`  ${name}: ${value}`] : [];
  });
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
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
