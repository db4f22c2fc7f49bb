import { printable } from "@trainchain/protocol/plain";

/** Everything that can be wrong with a dataset. An error refuses the dataset; a warning is put right and counted. */
export const problemTable = {
  "not-utf8": {
    severity: "error",
    problem: "is not UTF-8 text",
    fix: "Save the file as UTF-8 in a text editor, or convert it: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW. Nothing after this place was read.",
  },
  "lfs-pointer": {
    severity: "error",
    problem: "is a Git LFS pointer, not the data",
    fix: 'Run "git lfs pull", or download the file itself.',
  },
  "html-page": {
    severity: "error",
    problem: "is an HTML page, not the data",
    fix: 'Download the file itself: on a page that shows it, by "raw" or "download".',
  },
  "office-file": {
    severity: "error",
    problem: "is a file of an office program, not rows of text",
    fix: "Save a sheet as CSV (UTF-8), with the columns instruction, input and output; copy a document's questions and answers into such a sheet first.",
  },
  "packed-file": {
    severity: "error",
    problem: "is packed in a way that is not read",
    fix: "Unpack it, and choose the file inside; .gz, and .zip with one file, are read as they are.",
  },
  "other-form": {
    severity: "error",
    problem: "is in a form that is not read",
    fix: "Save the rows as JSON Lines, JSON, CSV or Parquet.",
  },
  "binary-file": {
    severity: "error",
    problem: "is no text",
    fix: "Save the rows as JSON Lines, JSON, CSV or Parquet.",
  },
  "damaged-file": {
    severity: "error",
    problem: "cannot be read to its end",
    fix: "Download or pack it again.",
  },
  "too-large-unpacked": {
    severity: "error",
    problem: "unpacks to more than text does",
    fix: "Unpack it, and choose the file inside.",
  },
  "image-archive": {
    severity: "error",
    problem: "is an archive of images",
    fix: "Request an image classification with it instead.",
  },
  "several-files": {
    severity: "error",
    problem: "is an archive of several files",
    fix: "Put all rows into one file, or choose one of these.",
  },
  "not-json": {
    severity: "error",
    problem: "is not valid JSON",
    fix: 'Write one complete JSON object per row: a comma between members, a quote inside a text as \\".',
  },
  "json-nan": {
    severity: "error",
    problem: "holds NaN or Infinity, which JSON does not have",
    fix: "Write null, or leave the field out (pandas: df.to_json writes null by itself).",
  },
  "json-python": {
    severity: "error",
    problem: "is written as Python prints it, not as JSON",
    fix: "Write rows with json.dumps(row): texts in double quotes, true, false and null.",
  },
  "json-raw-control": {
    severity: "error",
    problem: "has a raw line break, tab or other control character inside a text",
    fix: "Write it as \\n or \\t inside the text, as json.dumps does.",
  },
  "json-escape": {
    severity: "error",
    problem: "has a backslash that begins no escape",
    fix: "Write a backslash inside a text twice, as json.dumps does.",
  },
  "json-extra-comma": {
    severity: "error",
    problem: "has a comma too many",
    fix: "Delete the comma; in JSON Lines nothing stands between rows but a line break.",
  },
  "json-comment": {
    severity: "error",
    problem: "has a comment, which JSON does not have",
    fix: "Delete the comments; in Python, json5.load(file) reads them and json.dump writes the rows without.",
  },
  "json-ends-early": {
    severity: "error",
    problem: "ends before its JSON is complete",
    fix: "Write each row whole on one line, line breaks inside texts as \\n; or the file was cut off.",
  },
  "not-an-object": {
    severity: "error",
    problem: "is not a JSON object",
    fix: 'Write the row as {"instruction": "…", "input": "…", "output": "…"}.',
  },
  "malformed-array": {
    severity: "error",
    problem: "breaks the JSON array",
    fix: "Write [ row, row, … ] with commas between rows. Nothing after this place was read.",
  },
  "malformed-csv": {
    severity: "error",
    problem: "has a quote in the wrong place",
    fix: 'Put the whole field in quotes and write a quote inside it twice ("").',
  },
  "wrong-columns": {
    severity: "error",
    problem: "does not have as many fields as the header",
    fix: "Put fields that contain the separator or line breaks in quotes.",
  },
  "markdown-table": {
    severity: "error",
    problem: "is a Markdown table",
    fix: "Save its rows as CSV: a line each, with commas between fields and without the line of dashes.",
  },
  "bad-header": {
    severity: "error",
    problem: "is not a header that names each column once",
    fix: "Let the first line name the columns: instruction,input,output.",
  },
  "truncated-row": {
    severity: "error",
    problem: "was cut by the viewer that it was saved from",
    fix: "Take the dataset itself: hf://owner/name, or the file of its page.",
  },
  "row-too-large": {
    severity: "error",
    problem: "is longer than a row may be",
    fix: "Shorten or split the row; in CSV, look for a quote that is never closed.",
  },
  "unknown-layout": {
    severity: "error",
    problem: "has rows whose columns do not tell what is asked and what is answered",
    fix: "Name the columns instruction, input and output.",
  },
  "plain-text": {
    severity: "error",
    problem: "has rows of text alone, with no question and answer told apart",
    fix: "Split each text into the columns instruction and output.",
  },
  "graded-pairs": {
    severity: "error",
    problem: "says of pairs of texts how well they belong together",
    fix: "Keep the pairs that belong together, and delete the column that grades them.",
  },
  "preference-data": {
    severity: "error",
    problem: "is preference data (DPO, KTO): answers to choose between, not answers to learn",
    fix: "Keep the rows whose answer was judged good, and delete the column of the judgement.",
  },
  "tool-calls": {
    severity: "error",
    problem: "holds tool calls, which are not trained here",
    fix: "Leave out the rows that call tools, or write calls and results as text of the messages.",
  },
  media: {
    severity: "error",
    problem: "holds images, sound or video, which a language model of the catalogue cannot read",
    fix: "Leave these rows out, or describe in words what they show.",
  },
  "column-oriented": {
    severity: "error",
    problem: "is written column by column, not row by row",
    fix: 'Write rows: in pandas df.to_json("rows.jsonl", orient="records", lines=True).',
  },
  "not-messages": {
    severity: "error",
    problem: "is not a list of messages with a role and a text each",
    fix: 'Write [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}].',
  },
  "not-history": {
    severity: "error",
    problem: "is not a list of earlier questions with their answers",
    fix: 'Write [["question", "answer"], …].',
  },
  "unknown-role": {
    severity: "error",
    problem: "has a message by somebody who is neither system, user nor assistant",
    fix: "Give each message the role system, user or assistant.",
  },
  "no-answer": {
    severity: "error",
    problem: "has no answer of the assistant to learn",
    fix: "Add the answer, or delete the row.",
  },
  "no-question": {
    severity: "error",
    problem: "has a last answer with no question of the user right before it",
    fix: "Put the question before the answer, or join answers that follow each other.",
  },
  "missing-field": { severity: "error", problem: "is missing", fix: "Add the field, or delete the row." },
  "not-a-string": {
    severity: "error",
    problem: "is not a string",
    fix: "Write the value as text, in quotes.",
  },
  "object-as-text": {
    severity: "error",
    problem: "is an object or a list",
    fix: "Write it as text: JSON inside a string, as json.dumps gives it.",
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
  "unnamed-column": {
    severity: "warning",
    problem: "has a column without a name, as programs write their row numbers",
    fix: "Nothing to do: it is left out.",
  },
  "repeated-header": {
    severity: "warning",
    problem: "names the columns once more, as where tables were put one behind the other",
    fix: "Nothing to do: it is left out.",
  },
  "trailing-comma": {
    severity: "warning",
    problem: "has a comma after its last row",
    fix: "Nothing to do: it is not read.",
  },
  "other-part": {
    severity: "warning",
    problem: "holds another list of rows",
    fix: "Nothing to do: it is left out. To use it, save it as a file of its own.",
  },
  "unanswered-question": {
    severity: "warning",
    problem: "goes on after its last answer",
    fix: "Nothing to do: what nobody answers is left out.",
  },
} as const satisfies Record<string, { severity: "error" | "warning"; problem: string; fix: string }>;

export type ProblemKind = keyof typeof problemTable;
type Severity = "error" | "warning";

/** One kind of problem in one field: how often it was found, and where first. */
export interface Problem {
  kind: ProblemKind;
  severity: Severity;
  /** The first place, from 1; 0 where the whole file is meant. */
  line: number;
  /** The first places, in the file's order. */
  lines: number[];
  /** What is counted: lines of the file, or rows of an array or a table. */
  unit: PlaceUnit;
  count: number;
  /** The field concerned, or null for the whole row. */
  field: string | null;
  problem: string;
  fix: string;
}

export type PlaceUnit = "line" | "row";

/** Takes a problem as it is found, and says how bad it is. `detail` says what exactly, of the first place. */
export type ReportProblem = (
  kind: ProblemKind,
  line: number,
  field?: string,
  detail?: string,
  fix?: string,
) => Severity;

/** Many places of one problem at once. */
interface ManyProblems {
  lines: readonly number[];
  count: number;
  field?: string | undefined;
  detail?: string | undefined;
  /** In place of the kind's own. */
  fix?: string | undefined;
}

export interface ProblemLog {
  report: ReportProblem;
  reportMany(kind: ProblemKind, many: ManyProblems): void;
  readonly shownPlaces: number;
  errors(): number;
  warnings(): number;
  counts(): Partial<Record<ProblemKind, number>>;
  /** The first 20 kinds and fields, errors before warnings. */
  problems(): Problem[];
}

const shownProblems = 20;
const shownPlaces = 5;
const shownFieldChars = 60;
const shownDetailChars = 500;

/** Counts every problem, and keeps one statement for each kind and field, with its first places. */
export function createProblemLog(unit: PlaceUnit): ProblemLog {
  const shown: Record<Severity, Map<string, Problem>> = { error: new Map(), warning: new Map() };
  const totals = { error: 0, warning: 0 };
  const counts: Partial<Record<ProblemKind, number>> = {};

  const add = (kind: ProblemKind, { lines, count, field, detail, fix }: ManyProblems): Severity => {
    const { severity, problem, fix: usualFix } = problemTable[kind];
    counts[kind] = (counts[kind] ?? 0) + count;
    totals[severity] += count;
    const key = `${kind} ${field ?? ""}`;
    const known = shown[severity].get(key);
    if (known) {
      known.count += count;
      known.lines.push(...lines.slice(0, shownPlaces - known.lines.length));
    } else if (shown[severity].size < shownProblems)
      shown[severity].set(key, {
        kind,
        severity,
        line: lines[0] ?? 0,
        lines: lines.slice(0, shownPlaces),
        unit,
        count,
        field: field === undefined ? null : printable(field.slice(0, shownFieldChars)),
        problem:
          detail === undefined ? problem : printable(`${problem}: ${detail.slice(0, shownDetailChars)}`),
        fix: fix === undefined ? usualFix : printable(fix.slice(0, shownDetailChars)),
      });
    return severity;
  };

  return {
    report: (kind, line, field, detail, fix) => add(kind, { lines: [line], count: 1, field, detail, fix }),
    reportMany: add,
    shownPlaces,
    errors: () => totals.error,
    warnings: () => totals.warning,
    counts: () => ({ ...counts }),
    problems: () => [...shown.error.values(), ...shown.warning.values()].slice(0, shownProblems),
  };
}

/** Where a problem is, for people: "line 3", "rows 3, 7, 9 and 25 more, output", "the file". */
export function placeOfProblem({ line, lines = [line], count = 1, unit = "line", field }: Problem): string {
  if (line === 0) return field ? `the file, ${field}` : "the file";
  const listed = lines.map((place) => place.toLocaleString("en"));
  const more = count > lines.length ? [`${(count - lines.length).toLocaleString("en")} more`] : [];
  const all = [...listed, ...more];
  const places = all.length === 1 ? all[0] : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
  return `${unit}${count > 1 ? "s" : ""} ${places}${field ? `, ${field}` : ""}`;
}
