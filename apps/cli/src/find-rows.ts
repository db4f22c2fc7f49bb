import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** Rows of one part of a dataset that a text holds. */
export interface FoundRows {
  /** Whose question and answer are both in it. */
  whole: number;
  /** Of which only the answer is, where that is long enough to be nobody else's. */
  answers: number;
  /** The first of them, cut. */
  example?: string | undefined;
}

/** Shorter answers are said everywhere. */
const leastAnswerChars = 32;

/** A text as rows are looked for in it: words one space apart, and of lines of JSON their strings as well. */
export function searchable(text: string): string {
  const strings = text.split("\n").flatMap((line) => (line.startsWith("{") ? stringsIn(line) : []));
  return plain([text, ...strings].join("\n"));
}

/** Looks for the rows of a prepared file, a JSON object a line, in a searchable text. */
export async function findRows(file: string, text: string): Promise<FoundRows> {
  const found: FoundRows = { whole: 0, answers: 0 };
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!line) continue;
    const { instruction = "", input = "", output = "" } = JSON.parse(line) as Record<string, string>;
    const answer = plain(output);
    if (!answer || !text.includes(answer)) continue;
    const isWhole = [instruction, input].every((part) => text.includes(plain(part)));
    if (!isWhole && answer.length < leastAnswerChars) continue;
    found[isWhole ? "whole" : "answers"]++;
    found.example ??= answer.slice(0, 80);
  }
  return found;
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function stringsIn(line: string): string[] {
  try {
    return Object.values(JSON.parse(line)).filter((value) => typeof value === "string");
  } catch {
    return [];
  }
}
