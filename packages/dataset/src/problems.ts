import { printable } from "@trainchain/protocol";

/** Everything that can be wrong with a dataset. An error refuses the dataset; a warning is put right and counted. */
export const problemTable = {
  "not-utf8": {
    severity: "error",
    problem: "is not UTF-8 text",
    fix: "Save the file as UTF-8. Nothing after this line was read.",
  },
  "not-json": {
    severity: "error",
    problem: "is not valid JSON",
    fix: "Write one complete JSON object per row.",
  },
  "not-an-object": {
    severity: "error",
    problem: "is not a JSON object",
    fix: 'Write the row as {"instruction": "…", "input": "…", "output": "…"}.',
  },
  "malformed-array": {
    severity: "error",
    problem: "breaks the JSON array",
    fix: "Write [ row, row, … ] with commas between rows. Nothing after this line was read.",
  },
  "malformed-csv": {
    severity: "error",
    problem: "has a quote in the wrong place",
    fix: 'Put the whole field in quotes and write a quote inside it twice ("").',
  },
  "wrong-columns": {
    severity: "error",
    problem: "does not have as many fields as the header",
    fix: "Put fields that contain commas or line breaks in quotes.",
  },
  "bad-header": {
    severity: "error",
    problem: "is not a header with instruction and output, each once",
    fix: "Let the first line name the columns: instruction,input,output.",
  },
  "row-too-large": {
    severity: "error",
    problem: "is longer than a row may be",
    fix: "Shorten or split the row; in CSV, look for a quote that is never closed.",
  },
  "missing-field": { severity: "error", problem: "is missing", fix: "Add the field." },
  "not-a-string": {
    severity: "error",
    problem: "is not a string",
    fix: 'Put the value in quotes; for an absent input write "".',
  },
  "empty-instruction": { severity: "error", problem: "is empty", fix: "Say what to do, or delete the row." },
  "empty-output": {
    severity: "error",
    problem: "is empty",
    fix: "Write the expected answer, or delete the row: it would teach the model to say nothing.",
  },
  "nul-character": { severity: "error", problem: "contains a NUL character", fix: "Delete the character." },
  "broken-unicode": {
    severity: "error",
    problem: "contains half of a surrogate pair",
    fix: "Write the whole character, or delete it.",
  },
  "no-rows": { severity: "error", problem: "has no row", fix: "Check that this is the right file." },
  duplicate: {
    severity: "warning",
    problem: "repeats an earlier row",
    fix: "Nothing to do: only the first is used.",
  },
  "unknown-field": {
    severity: "warning",
    problem: "is not a field of the format",
    fix: "Nothing to do: it is left out.",
  },
} as const satisfies Record<string, { severity: "error" | "warning"; problem: string; fix: string }>;

export type ProblemKind = keyof typeof problemTable;

export interface Problem {
  kind: ProblemKind;
  severity: "error" | "warning";
  /** Line of the file on which the row begins, from 1; 0 where the whole file is meant. */
  line: number;
  /** The field concerned, or null for the whole row. */
  field: string | null;
  problem: string;
  fix: string;
}

/** Takes problems as they are found. */
export type ReportProblem = (kind: ProblemKind, line: number, field?: string) => void;

const shownProblems = 20;
const shownFieldChars = 60;

/** Keeps the first 20 errors and the first 20 warnings; counts all by kind. */
export function createProblemLog() {
  const shown: Record<"error" | "warning", Problem[]> = { error: [], warning: [] };
  const totals = { error: 0, warning: 0 };
  const counts: Partial<Record<ProblemKind, number>> = {};

  const report: ReportProblem = (kind, line, field) => {
    const { severity, problem, fix } = problemTable[kind];
    counts[kind] = (counts[kind] ?? 0) + 1;
    totals[severity] += 1;
    if (shown[severity].length >= shownProblems) return;
    shown[severity].push({
      kind,
      severity,
      line,
      field: field === undefined ? null : printable(field.slice(0, shownFieldChars)),
      problem,
      fix,
    });
  };

  return {
    report,
    errors: () => totals.error,
    warnings: () => totals.warning,
    counts: () => ({ ...counts }),
    /** The first 20, errors before warnings. */
    firstProblems: () => [...shown.error, ...shown.warning].slice(0, shownProblems),
  };
}
