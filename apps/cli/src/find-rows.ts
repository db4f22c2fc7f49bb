import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Holds, plain } from "./searchable-text.ts";

/** Rows of one part of a dataset that a text holds, and that tell this part from the others. */
interface FoundRows {
  /** Whose question and answer are both in it. */
  whole: number;
  /** Of which only the answer is. */
  answers: number;
  /** The first of them, cut. */
  example?: string | undefined;
}

/** What a text holds of the parts of a dataset. */
interface Told {
  /** By part. */
  parts: FoundRows[];
  /** Rows in the text whose words stand in several parts, so that they tell of none. */
  shared: number;
  /** Whole rows in the text that are too short to be nobody else's words. */
  short: number;
}

/** A row whose answer is in the text, with all of it that is. */
interface Candidate {
  part: number;
  isWhole: boolean;
  words: string[];
  answer: string;
}

/** Fewer characters, of question and answer together or of the answer alone, are said everywhere. */
const leastChars = 32;

/** Looks in a text for the rows of prepared files, a JSON object a line, of which each is a part of a dataset. */
export async function findRows(files: readonly string[], holds: Holds): Promise<Told> {
  const candidates: Candidate[] = [];
  for (const [part, file] of files.entries())
    for await (const { instruction = "", input = "", output = "" } of rowsOf(file)) {
      const answer = plain(String(output));
      if (answer === "" || !holds(answer)) continue;
      const question = [instruction, input].map((text) => plain(String(text))).filter((text) => text !== "");
      const isWhole = question.length > 0 && question.every(holds);
      candidates.push({ part, isWhole, words: isWhole ? [...question, answer] : [answer], answer });
    }
  const places = await placesOf(new Set(candidates.flatMap(({ words }) => words)), files);

  const told: Told = { parts: files.map(() => ({ whole: 0, answers: 0 })), shared: 0, short: 0 };
  for (const { part, isWhole, words, answer } of candidates) {
    const own = words.filter((text) => places.get(text)?.size === 1);
    if (charsOf(words) < leastChars) told.short += isWhole ? 1 : 0;
    else if (charsOf(own) < leastChars) told.shared += 1;
    else {
      const found = told.parts[part]!;
      found[isWhole ? "whole" : "answers"] += 1;
      found.example ??= answer.slice(0, 80);
    }
  }
  return told;
}

/** In which parts each of the texts stands, as any text of a row: also as an earlier answer of a conversation. */
async function placesOf(texts: ReadonlySet<string>, files: readonly string[]) {
  const places = new Map<string, Set<number>>();
  for (const [part, file] of files.entries())
    for await (const row of rowsOf(file))
      for (const text of stringsIn(row).map(plain))
        if (texts.has(text)) places.set(text, (places.get(text) ?? new Set()).add(part));
  return places;
}

async function* rowsOf(file: string): AsyncGenerator<Record<string, unknown>> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    if (line) yield JSON.parse(line);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

function charsOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
