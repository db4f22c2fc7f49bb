import { zipOf } from "@trainchain/testing/generated-images";
import { describe, expect, test } from "vitest";
import { csvOf, encode } from "./dataset-fixtures.ts";
import type { DatasetRow } from "./dataset-row.ts";
import { describeRows } from "./layouts/describe-rows.ts";
import { scanFile } from "./scan-file.ts";

/* Files as programs and people make them, each small and made here after how it is documented to look. */

type Content = string | Uint8Array | Promise<Uint8Array>;

async function scan(name: string, content: Content) {
  const given = await content;
  const bytes = typeof given === "string" ? encode(given) : given;
  const rows: DatasetRow[] = [];
  const report = await scanFile(
    { blob: new Blob([bytes as Uint8Array<ArrayBuffer>]), name },
    {},
    { row: (row) => rows.push(JSON.parse(new TextDecoder().decode(row))) },
  );
  return { rows, report };
}

const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const [first, second] = [
  { instruction: "Say a.", input: "", output: "a" },
  { instruction: "Say b.", input: "", output: "b" },
];
const csv = csvOf([first!, second!], ["instruction", "input", "output"]);
const latLong = { city: "Bonn" };

describe("is read for what it is:", () => {
  test.each<[string, string, Content, DatasetRow[], string, string[]]>([
    [
      "JSON Lines put one behind the other, each with its byte order mark",
      "all.jsonl",
      `\uFEFF${lines(first)}\uFEFF${lines(second)}`,
      [first, second],
      "Alpaca: 2 rows",
      [],
    ],
    [
      "pretty JSON put one behind the other, each with its byte order mark",
      "all.json",
      `\uFEFF${JSON.stringify(first, null, 2)}\n\uFEFF${JSON.stringify(second, null, 2)}`,
      [first, second],
      "Alpaca: 2 rows",
      [],
    ],
    [
      "tables put one behind the other, each with its header and byte order mark",
      "all.csv",
      "\uFEFFinstruction,output\r\nSay a.,a\r\n\uFEFFinstruction,output\r\nSay b.,b\r\n",
      [first, second],
      "Alpaca: 2 rows",
      ["repeated-header"],
    ],
    [
      "a sheet with empty columns and rows behind the filled ones",
      "sheet.csv",
      "instruction,output,,\r\nSay a.,a,,\r\n,,,\r\nSay b.,b,,\r\n,,,\r\n,,,\r\n",
      [first, second],
      "Alpaca: 2 rows",
      ["unnamed-column"],
    ],
    [
      "Excel's sep= in UTF-16 with tabs",
      "sheet.csv",
      Buffer.from("\uFEFFsep=\t\r\ninstruction\toutput\r\nSay a.\ta\r\n", "utf16le"),
      [first],
      "Alpaca: 1 row",
      [],
    ],
    [
      "XTuner's turns with system, input and output",
      "xtuner.jsonl",
      lines({
        conversation: [
          { system: "Be brief.", input: "Say q.", output: "q" },
          { input: "Say a.", output: "a" },
        ],
      }),
      [
        {
          ...first,
          system: "Be brief.",
          history: [user("Say q."), assistant("q")] as DatasetRow["history"] & {},
        },
      ],
      "OpenAI messages: 1 conversation, 2 answers",
      [],
    ],
    [
      "turns named after who speaks",
      "dialogs.json",
      JSON.stringify([
        { conversation: [{ human: "Say a.", assistant: "a" }] },
        { conversation: [{ user: "Say b." }, { ai: "b" }] },
      ]),
      [first, second],
      "OpenAI messages: 2 conversations, 2 answers",
      [],
    ],
    [
      "a list of conversations, each a list of messages",
      "chats.json",
      JSON.stringify([
        [user("Say a."), assistant("a")],
        [user("Say b."), assistant("b")],
      ]),
      [first, second],
      "OpenAI messages: 2 conversations, 2 answers",
      [],
    ],
    [
      "a list of messages on each line",
      "chats.jsonl",
      lines([user("Say a."), assistant("a")], [user("Say b."), assistant("b")]),
      [first, second],
      "OpenAI messages: 2 conversations, 2 answers",
      [],
    ],
    [
      "Open Assistant's text of messages",
      "guanaco.jsonl",
      lines({
        conversations: [
          { role: "prompter", text: "Say a." },
          { role: "assistant", text: "a" },
        ],
      }),
      [first],
      "OpenAI messages: 1 conversation, 1 answer",
      [],
    ],
    [
      "Axolotl's answer that is not to be trained on",
      "axolotl.jsonl",
      lines({
        messages: [
          user("Say q."),
          { ...assistant("q"), train: false },
          user("Say a."),
          { ...assistant("a"), train: true },
        ],
      }),
      [
        {
          ...first,
          history: [user("Say q."), { ...assistant("q"), weight: 0 }] as DatasetRow["history"] & {},
        },
      ],
      "OpenAI messages: 1 conversation, 1 answer",
      [],
    ],
    [
      "rows as the viewer of a hub answers them",
      "rows.json",
      JSON.stringify({
        features: [{ feature_idx: 0, name: "instruction", type: { dtype: "string", _type: "Value" } }],
        rows: [first, second].map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })),
        ...{ num_rows_total: 2, num_rows_per_page: 100, partial: false },
      }),
      [first, second],
      "Alpaca: 2 rows",
      [],
    ],
    [
      "a zip of Kaggle with what is said about the data beside it",
      "archive.zip",
      zipOf([
        ["data/train.csv", encode(csv)],
        ["README.txt", encode("About.")],
        ["LICENSE", encode("MIT")],
        ["CITATION", encode("Us.")],
        ["dataset-metadata.json", encode("{}")],
      ]),
      [first, second],
      "Alpaca: 2 rows",
      [],
    ],
  ])("%s", async (_, name, content, rows, told, warnings) => {
    const { report, rows: found } = await scan(name, content);
    expect(report.problems.map(({ kind }) => kind)).toEqual(warnings);
    expect(found).toEqual(rows);
    expect(describeRows(report.layouts)).toBe(told);
    expect(report.ok).toBe(true);
  });
});

const commented = `// Of the handbook.
[
  /* easy, first */
  {"instruction": "Say a.", "output": "a"}, // don't "cut"
  {"instruction": "Say b.", "output": "b"}
]`;
const tool = {
  id: "c1",
  type: "function",
  function: { name: "weather", arguments: JSON.stringify(latLong) },
};

describe("is refused in one sentence with the step to take:", () => {
  test.each<[string, string, Content, string, RegExp]>([
    [
      "a conversation in which tools are called and answer",
      "tools.jsonl",
      lines({
        messages: [
          user("Will it rain?"),
          { role: "assistant", content: null, tool_calls: [tool] },
          { role: "tool", tool_call_id: "c1", content: "sun" },
          assistant("No."),
        ],
      }),
      "tool-calls",
      /Leave out the rows that call tools/,
    ],
    ["JSON with comments above it", "rows.json", commented, "json-comment", /Delete the comments/],
    [
      "JSON with comments between rows",
      "rows.json",
      commented.slice(commented.indexOf("[")),
      "json-comment",
      /Delete the comments.*Nothing after/,
    ],
    [
      "JSON with comments in rows",
      "rows.json",
      '[{"instruction": "Say a.", // don\'t "cut"\n "output": "a"}, {"instruction": "b", "output": "b"}]',
      "json-comment",
      /Delete the comments/,
    ],
    [
      "JSON Lines with comments",
      "rows.jsonl",
      `${lines(first)}// more\n# and more\n${lines(second)}`,
      "json-comment",
      /Delete/,
    ],
    [
      "a sheet with a title above its header",
      "sheet.csv",
      "Questions of 2024;;\r\n;;\r\ninstruction;input;output\r\nSay a.;;a\r\n",
      "bad-header",
      /^Delete what stands above "instruction;input;output": that line names the columns\.$/,
    ],
    [
      "the messages of one conversation, a row each",
      "chat.json",
      JSON.stringify([user("Say a."), assistant("a")]),
      "unknown-layout",
      /Put the messages of each conversation into one row/,
    ],
    [
      "messages under another name",
      "chats.jsonl",
      lines(
        ...["1", "2"].map((id) => ({
          id,
          items: [
            { from: "human", value: "Say a." },
            { from: "gpt", value: "a" },
          ],
        })),
      ),
      "unknown-layout",
      /^Rename "items" to messages\.$/,
    ],
    [
      "Claude's export",
      "conversations.json",
      JSON.stringify([
        {
          uuid: "1",
          name: "t",
          chat_messages: [
            { sender: "human", text: "a" },
            { sender: "assistant", text: "b" },
          ],
        },
      ]),
      "unknown-layout",
      /^Rename "chat_messages" to messages\.$/,
    ],
    [
      "ChatGPT's export",
      "conversations.json",
      JSON.stringify([
        { title: "t", create_time: 1, mapping: { a: { message: null, parent: null, children: [] } } },
      ]),
      "unknown-layout",
      /messages of each conversation in their order/,
    ],
    [
      "Label Studio's export",
      "project.json",
      JSON.stringify([
        {
          id: 1,
          annotations: [{ result: [{ value: { text: ["a"] } }] }],
          predictions: [],
          data: { text: "Say a." },
        },
      ]),
      "unknown-layout",
      /JSON-MIN/,
    ],
    [
      "Argilla's records",
      "records.json",
      JSON.stringify([
        {
          id: "1",
          fields: { instruction: "Say a." },
          metadata: {},
          suggestions: {},
          responses: { answer: [{ value: "a" }] },
        },
      ]),
      "unknown-layout",
      /in "fields" and the response that counts/,
    ],
    [
      "Doccano's texts with an answer",
      "admin.jsonl",
      lines({ id: 1, text: "Say a.", label: ["a"] }),
      "unknown-layout",
      /^Rename "text" to instruction, and write the one text that is in "label" as output\.$/,
    ],
    [
      "Doccano's marks in texts",
      "admin.jsonl",
      lines({ id: 1, text: "Ann lives in Bonn.", label: [[0, 3, "PERSON"]] }),
      "unknown-layout",
      /marks are no answers/,
    ],
    [
      "answers of an OpenAI batch",
      "batch_output.jsonl",
      lines({
        id: "b1",
        custom_id: "r1",
        response: { status_code: 200, body: { choices: [{ message: assistant("a") }] } },
        error: null,
      }),
      "unknown-layout",
      /behind the messages of its request, found by "custom_id"/,
    ],
    [
      "requests of an OpenAI batch",
      "batch.jsonl",
      lines({
        custom_id: "r1",
        method: "POST",
        url: "/v1/chat/completions",
        body: { messages: [user("Say a.")] },
      }),
      "unknown-layout",
      /There are no answers in it/,
    ],
    [
      "LLaMA-Factory's list of datasets",
      "dataset_info.json",
      JSON.stringify(
        {
          identity: { file_name: "identity.json" },
          chats: { hf_hub_url: "owner/chats", formatting: "sharegpt" },
        },
        null,
        2,
      ),
      "unknown-layout",
      /Choose the file that it names/,
    ],
    [
      "Axolotl's segments",
      "segments.jsonl",
      lines(
        ...["a", "b"].map((text) => ({
          segments: [
            { label: false, text: "Say it." },
            { label: true, text },
          ],
        })),
      ),
      "unknown-layout",
      /out of "segments"/,
    ],
    [
      "two conversations to choose between",
      "arena.jsonl",
      lines({
        winner: "model_a",
        conversation_a: [user("Say a."), assistant("a")],
        conversation_b: [user("Say a."), assistant("c")],
      }),
      "preference-data",
      /rename "conversation_a".*delete "conversation_b"/,
    ],
    [
      "rows of which a hub's viewer shows the beginning",
      "rows.json",
      JSON.stringify({ features: [], rows: [{ row_idx: 0, row: first, truncated_cells: ["output"] }] }),
      "truncated-row",
      /hf:\/\/owner\/name/,
    ],
    [
      "notes of Anki",
      "deck.txt",
      "#separator:tab\n#html:true\nSay a.\ta\n",
      "other-form",
      /Delete the lines that begin with "#"/,
    ],
    [
      "a zip of Kaggle with a table of each part",
      "archive.zip",
      zipOf([
        ["train.csv", encode(csv)],
        ["test.csv", encode(csv)],
        ["sample_submission.csv", encode(csv)],
      ]),
      "several-files",
      /choose one/,
    ],
  ])("%s", async (_, name, content, kind, fix) => {
    const { report } = await scan(name, content);
    expect(report.ok).toBe(false);
    expect(report.problems.map((problem) => problem.kind)).toEqual([kind]);
    expect(report.problems[0]?.fix).toMatch(fix);
  });
});
