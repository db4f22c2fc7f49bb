import { isObject } from "./read-turns.ts";

/** What a program writes that holds no rows as they are read here. */
interface KnownExport {
  /** Told behind "as": what writes such rows. */
  of: string;
  fix: string;
}

type Row = Readonly<Record<string, unknown>>;

const asMessages = '{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}';

/** Told by a row's members; the first that fits counts. */
const exports: readonly (KnownExport & { fits: (row: Row) => boolean })[] = [
  {
    fits: has("annotations", "data"),
    of: "Label Studio exports them in full",
    fix: 'Export as "JSON-MIN" or "CSV", and name the columns instruction and output.',
  },
  {
    fits: (row) => has("fields")(row) && ["responses", "suggestions"].some((name) => name in row),
    of: "Argilla exports its records",
    fix: 'Write what is in "fields" and the response that counts as columns of each row: instruction and output.',
  },
  {
    fits: (row) => isSpans(row.label) || isSpans(row.labels) || has("entities", "relations")(row),
    of: "a tool that marks places in texts writes them (Doccano)",
    fix: "Such marks are no answers: write for each text what is asked about it as instruction, and the answer as output.",
  },
  {
    fits: (row) =>
      has("text")(row) && Array.isArray(row.label) && row.label.every((one) => typeof one === "string"),
    of: "Doccano exports them",
    fix: 'Rename "text" to instruction, and write the one text that is in "label" as output.',
  },
  {
    fits: has("custom_id", "response"),
    of: "OpenAI answers a batch",
    fix: `Put each answer behind the messages of its request, found by "custom_id": ${asMessages}.`,
  },
  {
    fits: has("custom_id", "body"),
    of: "a batch for OpenAI asks",
    fix: `There are no answers in it: put those of the batch's output behind the messages, as ${asMessages}.`,
  },
  {
    fits: has("choices", "object"),
    of: "OpenAI's API answers",
    fix: `Put each answer behind the messages that were asked, as ${asMessages}.`,
  },
  {
    fits: has("mapping", "title"),
    of: "ChatGPT exports its conversations",
    fix: `Write the messages of each conversation in their order, as ${asMessages}.`,
  },
  {
    fits: (row) =>
      Object.values(row).every((value) => isObject(value) && sources.some((name) => name in value)),
    of: "LLaMA-Factory lists its datasets",
    fix: "Choose the file that it names.",
  },
];

const sources = ["file_name", "hf_hub_url", "ms_hub_url", "script_url"];

function has(...names: string[]): (row: Row) => boolean {
  return (row) => names.every((name) => name in row);
}

/** Places in a text with a name each: [[0, 5, "PERSON"], …]. */
function isSpans(value: unknown): boolean {
  return Array.isArray(value) && Array.isArray(value[0]) && typeof value[0][0] === "number";
}

/** The program that writes such rows; undefined where none is known. */
export function findExport(row: Row): KnownExport | undefined {
  return exports.find(({ fits }) => fits(row));
}
