/** A form of text in which people keep questions and answers, and which is not read. */
interface OtherForm {
  /** What it is, as it is told. */
  detail: string;
  fix: string;
}

const asRows = 'a line each, such as {"instruction": "…", "output": "…"}';
const speakers = {
  asks: "human|user|q|question|instruction|prompt|input",
  answers: "bot|assistant|ai|gpt|a|answer|response|output",
};

/** What each form begins with, and how files of it are called; the first that fits counts. */
const forms: readonly (OtherForm & { begins: RegExp; ending?: RegExp })[] = [
  {
    begins: /^\[[ \t]*"[^\n]*\][ \t\r]*\n[ \t]*\[/,
    detail: "JSON Lines of lists, which do not name their texts",
    fix: 'Write {"instruction": "q", "output": "a"} in place of ["q", "a"] on each line.',
  },
  {
    begins: /^\u200e?\[?\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}[:.]\d\d[^\n\]]{0,12}(\] | - )/,
    detail: "the export of a chat (WhatsApp)",
    fix: `Write each message that was answered, and its answer, as a row: JSON, ${asRows}.`,
  },
  {
    begins: new RegExp(
      `^[#*> ]{0,6}(${speakers.asks}) ?\\d*[*: ]{0,3}:[\\s\\S]*?\\n[#*> ]{0,6}(${speakers.answers}) ?\\d*[*: ]{0,3}:`,
      "i",
    ),
    detail: "text with a name before each part (Human: and Bot:, Q: and A:)",
    fix: `Write each question and its answer, without the names, as a row: JSON, ${asRows}.`,
  },
  {
    begins: /^#(separator|html|columns|notetype|deck|tags)[^\n:]*:[^\n]*\n/,
    detail: "notes of Anki",
    fix: 'Delete the lines that begin with "#", and let the first line name the columns as the others stand: instruction, output, with a tab between them.',
  },
  {
    begins: /^(\d+\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> |WEBVTT)/,
    ending: /^(srt|vtt)$/,
    detail: "subtitles",
    fix: `They have no questions and answers: write these as rows of JSON, ${asRows}.`,
  },
  {
    begins:
      /^(--[^\n]*\n|\/\*[^\n]*\n|\s)*(CREATE (TABLE|DATABASE|SCHEMA)|DROP TABLE|INSERT INTO|BEGIN( TRANSACTION)?;|PRAGMA \w|SET \w+ ?=)/,
    ending: /^sql$/,
    detail: "a dump of a database (SQL)",
    fix: "Load it into the database, and export the table as CSV with its column names.",
  },
  {
    begins: /^<(\?xml|[a-z][\w:.-]*[\s>/])/i,
    ending: /^xml$/,
    detail: "XML",
    fix: 'Convert its rows: in Python, pandas.read_xml(file).to_json("rows.jsonl", orient="records", lines=True).',
  },
  {
    begins: /^(---[ \t\r]*\n[\s\S]*?\n---[ \t\r]*\n\s*)?(#{1,6} [^\n,;\t|]+(\n|$)|```)/,
    ending: /^(md|markdown)$/,
    detail: "Markdown, text without rows",
    fix: `Write questions and answers as rows of JSON, ${asRows}.`,
  },
  {
    begins: /^(---[ \t\r]*\n|%YAML|- [\w-]+:[ \t\r\n]|[\w-]+:[ \t\r]*\n[ \t]*- )/,
    ending: /^ya?ml$/,
    detail: "YAML",
    fix: 'Convert it to JSON: in Python, json.dump(yaml.safe_load(open(file)), open("rows.json", "w")).',
  },
];

/** Which of the other forms a text is in, by its beginning or by its file's name. */
export function findOtherForm(name: string, beginning: string): OtherForm | undefined {
  const ending = name.toLowerCase().split(".").at(-1) ?? "";
  const found =
    forms.find(({ begins }) => begins.test(beginning)) ?? forms.find((form) => form.ending?.test(ending));
  return found && { detail: found.detail, fix: found.fix };
}

/** What a JSON object is that holds no rows, by its members. */
export function findOtherObject(members: readonly string[]): OtherForm | undefined {
  if (!members.includes("nbformat") || !members.includes("cells")) return undefined;
  return {
    detail: "a Jupyter notebook",
    fix: 'Save the rows from within it: df.to_json("rows.jsonl", orient="records", lines=True).',
  };
}
