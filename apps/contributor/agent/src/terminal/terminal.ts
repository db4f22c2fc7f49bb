import { printable, printableJson, type TrainChainError } from "@trainchain/protocol";

/**
 * Prints one line. What files, the platform and other people wrote may stand in it, and none of that may move the
 * cursor, clear the screen or begin a line of its own; so this file is the only one that writes to the terminal.
 */
export function printLine(stream: "stdout" | "stderr", line: string): void {
  process[stream].write(`${printable(line)}\n`);
}

/** The last words of a program that cannot go on. */
export function printFailure({ code, message, fix }: TrainChainError, json: boolean): void {
  const lines = [`✗ ${oneLine(message)}`, ...(fix ? [`  ${oneLine(fix)}`] : [])];
  if (json) printLine("stdout", printableJson({ event: "failed", code, message, fix }));
  else for (const line of lines) printLine("stderr", line);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
