import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode } from "../dataset-fixtures.ts";
import { answersOf, type DatasetRow, serialiseRow, type Turn } from "../dataset-row.ts";
import { scanText } from "../scan-dataset.ts";
import { describeRows } from "./describe-rows.ts";

async function scan(...values: unknown[]) {
  const rows: DatasetRow[] = [];
  const text = values.map((value) => JSON.stringify(value)).join("\n");
  const report = await scanText(
    [encode(text)],
    { format: "jsonl" },
    {},
    {
      row: (bytes) => rows.push(JSON.parse(new TextDecoder().decode(bytes))),
    },
  );
  return { rows, report, told: describeRows(report.layouts) };
}

const system = (content: string) => ({ role: "system", content });
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const plain = { instruction: "Say a.", input: "", output: "a" };

describe("what to do with a layout that is not read is said of its own columns:", () => {
  test.each<[string, unknown, RegExp]>([
    ["DPO", { prompt: "a", chosen: "b", rejected: "c" }, /rename "chosen" to output.*delete "rejected"/],
    [
      "reward models",
      { question: "a", response_j: "b", response_k: "c" },
      /"response_j".*delete "response_k"/,
    ],
    [
      "OpenAI's preferences",
      { input: { messages: [user("a")] }, preferred_output: [], non_preferred_output: [] },
      /answers alone: rename "preferred_output".*delete "non_preferred_output"/,
    ],
    ["preferences", { prompt: "a", preferred: "b", dispreferred: "c" }, /delete "dispreferred"/],
    ["turns without roles", { id: 1, data: ["Say a.", "a"] }, /turns of "data" as messages/],
    [
      "Gemini",
      {
        contents: [
          { role: "user", parts: [] },
          { role: "model", parts: [] },
        ],
      },
      /turns of "contents" as messages/,
    ],
    ["KTO", { prompt: "a", completion: "b", label: true }, /judged good.*delete the column/],
    ["KTO in a table", { prompt: "a", completion: "b", label: "False" }, /judged good.*delete the column/],
    ["rows inside a column", { title: "t", paragraphs: [{ qas: [] }] }, /out of "paragraphs"/],
    ["rows under names", { a: plain, b: plain }, /as a list.*rows\.values\(\)/],
    ["choices", { premise: "p", choices: ["a", "b"] }, /column with the answer to output/],
    ["an object around a row", { id: 1, translation: { en: "a", de: "b" } }, /out of "translation"/],
  ])("%s", async (_, row, fix) => {
    const { report } = await scan(row);
    expect(report.problems.map((problem) => problem.fix)).toEqual([expect.stringMatching(fix)]);
  });
});

test("messages as Python prints them are told with what writes JSON", async () => {
  const { report } = await scan({ messages: "[{'role': 'user', 'content': 'a'}]" });
  expect(report.problems).toMatchObject([
    { kind: "not-messages", problem: expect.stringMatching(/json\.dumps/) },
  ]);
});

describe("a layout is recognised and becomes one row form:", () => {
  test.each<[string, unknown, DatasetRow, string]>([
    ["Alpaca", { ...plain }, plain, "Alpaca: 1 row"],
    ["Alpaca without input", { instruction: "Say a.", output: "a" }, plain, "Alpaca: 1 row"],
    ["an input of null", { ...plain, input: null }, plain, "Alpaca: 1 row"],
    [
      "other capitals",
      { Instruction: "Say a.", INPUT: "i", Output: "a" },
      { ...plain, input: "i" },
      "Alpaca: 1 row",
    ],
    ["response for output", { instruction: "Say a.", response: "a" }, plain, "instruction/response: 1 row"],
    ["prompt and completion", { prompt: "Say a.", completion: "a" }, plain, "prompt/completion: 1 row"],
    [
      "question and answer",
      { question: "Say a.", context: "i", answer: "a" },
      { ...plain, input: "i" },
      "question/answer: 1 row",
    ],
    [
      "Dolly",
      { instruction: "Say a.", context: "i", response: "a" },
      { ...plain, input: "i" },
      "Dolly: 1 row",
    ],
    [
      "OpenOrca",
      { system_prompt: "s", question: "Say a.", response: "a" },
      { ...plain, system: "s" },
      "question/response: 1 row",
    ],
    [
      "messages as JSON in a text, as a table has them",
      { messages: JSON.stringify([system("s"), user("Say a."), assistant("a")]) },
      { ...plain, system: "s" },
      "OpenAI messages: 1 conversation, 1 answer",
    ],
    [
      "ShareGPT as JSON in a text",
      { conversations: '[{"from": "human", "value": "Say a."}, {"from": "gpt", "value": "a"}]' },
      plain,
      "ShareGPT: 1 conversation, 1 answer",
    ],
    [
      "a history as JSON in a text",
      { ...plain, history: '[["q", "r"]]' },
      { ...plain, history: [user("q"), assistant("r")] as Turn[] },
      "Alpaca: 1 row, 2 answers",
    ],
    [
      "Alpaca with system and history",
      { ...plain, system: "s", history: [["q", "r"]] },
      { ...plain, system: "s", history: [user("q"), assistant("r")] as Turn[] },
      "Alpaca: 1 row, 2 answers",
    ],
    ["an empty system and history", { ...plain, system: "", history: [] }, plain, "Alpaca: 1 row"],
    [
      "OpenAI messages",
      { messages: [system("s"), user("q"), assistant("r"), user("Say a."), assistant("a")] },
      { ...plain, system: "s", history: [user("q"), assistant("r")] as Turn[] },
      "OpenAI messages: 1 conversation, 2 answers",
    ],
    [
      "ShareGPT",
      {
        conversations: [
          { from: "human", value: "Say a." },
          { from: "gpt", value: "a" },
        ],
      },
      plain,
      "ShareGPT: 1 conversation, 1 answer",
    ],
    [
      "ShareGPT with a system column",
      {
        system: "s",
        conversations: [
          { from: "human", value: "Say a." },
          { from: "gpt", value: "a" },
        ],
      },
      { ...plain, system: "s" },
      "ShareGPT: 1 conversation, 1 answer",
    ],
    [
      "messages that begin with what the system column says",
      { system: "s", messages: [system("s"), user("Say a."), assistant("a")] },
      { ...plain, system: "s" },
      "OpenAI messages: 1 conversation, 1 answer",
    ],
    [
      "prompt and completion as messages",
      { prompt: [user("Say a.")], completion: [assistant("a")] },
      plain,
      "prompt/completion: 1 row",
    ],
    [
      "texts in parts",
      { messages: [{ role: "user", content: [{ type: "text", text: "Say a." }] }, assistant("a")] },
      plain,
      "OpenAI messages: 1 conversation, 1 answer",
    ],
    [
      "an answer that is context only",
      {
        messages: [
          user("q"),
          { ...assistant("r"), weight: 0 },
          user("Say a."),
          { ...assistant("a"), weight: 1 },
        ],
      },
      { ...plain, history: [user("q"), { ...assistant("r"), weight: 0 }] as Turn[] },
      "OpenAI messages: 1 conversation, 1 answer",
    ],
    [
      "prompt and completion as messages beside other columns",
      {
        ...{ prompt: [user("Say a.")], completion: [assistant("a")] },
        ...{ system: "s", input: "i", history: [["q", "r"]] },
      },
      { ...plain, input: "i", system: "s", history: [user("q"), assistant("r")] as Turn[] },
      "prompt/completion: 1 row, 2 answers",
    ],
    [
      "a greeting before the first question",
      { messages: [assistant("Hello."), user("q"), assistant("r"), user("Say a."), assistant("a")] },
      { ...plain, history: [assistant("Hello."), user("q"), assistant("r")] as Turn[] },
      "OpenAI messages: 1 conversation, 2 answers",
    ],
    ["empty tools and images", { ...plain, tools: "[]", images: null }, plain, "Alpaca: 1 row"],
  ])("%s", async (_, value, row, told) => {
    const found = await scan(value);
    expect(found.rows).toEqual([row]);
    expect(found.told).toBe(told);
    expect(found.report).toMatchObject({ ok: true, warnings: 0 });
  });

  test("a row that is read again, as it was written, stays the same bytes", async () => {
    const text = fc.string({ minLength: 1 }).map((characters) => `x${characters}`);
    const turn = fc.oneof(text.map(system), text.map(user), text.map(assistant));
    const row = fc.record(
      {
        instruction: text,
        input: fc.string(),
        output: text,
        system: text,
        history: fc.array(turn, { minLength: 1 }),
      },
      { requiredKeys: ["instruction", "input", "output"] },
    ) as fc.Arbitrary<DatasetRow>;
    await fc.assert(
      fc.asyncProperty(row, async (given) => {
        const clean = JSON.parse(JSON.stringify(given).replaceAll("\\u0000", "")) as DatasetRow;
        const { rows, report } = await scan(clean);
        expect(rows.map(serialiseRow)).toEqual([serialiseRow(clean)]);
        expect(report.layouts[0]?.answers).toBe(answersOf(clean));
      }),
    );
  });

  test("the columns of a file decide, not those of one row", async () => {
    const { report } = await scan(
      { prompt: "a" },
      ...Array.from({ length: 9 }, (_, at) => ({ prompt: `${at}`, completion: "b" })),
    );
    expect(report.problems).toMatchObject([
      { kind: "missing-field", field: "completion", line: 1, count: 1 },
    ]);
  });

  test("files of several layouts are told with each", async () => {
    const { told } = await scan(plain, { prompt: "q", completion: "r" }, { ...plain, output: "b" });
    expect(told).toBe("Alpaca: 2 rows; prompt/completion: 1 row");
  });
});

describe("what cannot be converted is told in one statement:", () => {
  const many = (value: object) => Array.from({ length: 3_000 }, (_, at) => ({ ...value, id: at }));

  test.each<[string, object, string, RegExp]>([
    [
      "unknown columns",
      { title: "a", body: "b" },
      "unknown-layout",
      /"title" to instruction, and the column with the answer to output/,
    ],
    [
      "likely columns",
      { problem: "a", solution: "b" },
      "unknown-layout",
      /^Rename "problem" to instruction, and "solution" to output\.$/,
    ],
    [
      "input and output alone",
      { input: "a", output: "b" },
      "unknown-layout",
      /^Rename "input" to instruction\.$/,
    ],
    [
      "two questions",
      { prompt: "a", question: "b", answer: "c" },
      "unknown-layout",
      /^Rename the one that is meant to instruction\.$/,
    ],
    ["text alone", { text: "### Human: a ### Assistant: b" }, "plain-text", /instruction and output/],
    ["DPO", { prompt: "a", chosen: "b", rejected: "c" }, "preference-data", /chosen/],
    ["STS", { sentence1: "a", sentence2: "b", score: 0.4 }, "graded-pairs", /score/],
    ["labelled pairs", { anchor: "a", positive: "b", label: 1 }, "graded-pairs", /label/],
    ["labelled passages", { query: "a", positive: "b", label: 0 }, "graded-pairs", /label/],
    ["NLI", { sentence1: "a", sentence2: "b", gold_label: "neutral" }, "graded-pairs", /gold_label/],
    ["KTO", { prompt: "a", completion: "b", label: false }, "preference-data", /judged good/],
    ["tools", { messages: [user("a"), assistant("b")], tools: [{ name: "c" }] }, "tool-calls", /tools/],
    [
      "tool calls",
      { messages: [user("a"), { role: "assistant", content: null, tool_calls: [{ id: 1 }] }] },
      "tool-calls",
      /tools/,
    ],
    [
      "answers of tools",
      {
        conversations: [
          { from: "human", value: "a" },
          { from: "observation", value: "b" },
        ],
      },
      "tool-calls",
      /tools/,
    ],
    ["images", { instruction: "a", output: "b", images: ["1.jpg"] }, "media", /Leave/],
    [
      "images in messages",
      {
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: { url: "u" } }] },
          assistant("b"),
        ],
      },
      "media",
      /Leave/,
    ],
    [
      "an unknown role",
      { messages: [{ role: "narrator", content: "a" }, assistant("b")] },
      "unknown-role",
      /system, user or assistant/,
    ],
    ...["constructor", "__proto__"].map((role): [string, object, string, RegExp] => [
      `the role ${role}`,
      { messages: [{ role, content: "a" }, user("b"), assistant("c")] },
      "unknown-role",
      /system, user or assistant/,
    ]),
    ["no answer", { messages: [user("a")] }, "no-answer", /answer/],
    ["no question", { messages: [assistant("a")] }, "no-question", /question/],
    ["messages as text", { messages: "user: a" }, "not-messages", /role/],
    ["a history that is text", { ...plain, history: "q: r" }, "not-history", /question/],
    ["an earlier answer that is empty", { ...plain, history: [["q", " "]] }, "empty-output", /delete/],
    [
      "a system message that is no text",
      { system: { text: "s" }, messages: [user("Say a."), assistant("a")] },
      "object-as-text",
      /json\.dumps/,
    ],
  ])("%s", async (_, value, kind, fix) => {
    const { report } = await scan(...many(value));
    expect(report.ok).toBe(false);
    const errors = report.problems.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ kind, count: 3_000, lines: [1, 2, 3, 4, 5] }]);
    expect(errors[0]?.fix).toMatch(fix);
  });

  test("what is left out of a history is told, and its row kept", async () => {
    const { report, rows } = await scan({
      ...plain,
      history: [user("q"), { ...assistant("r"), name: "Al" }],
    });
    expect(rows).toEqual([{ ...plain, history: [user("q"), assistant("r")] }]);
    expect(report.problems.map(({ kind, field }) => [kind, field])).toEqual([
      ["unknown-field", "history: name"],
    ]);
  });

  test("what is left out of a conversation is told", async () => {
    const { report, rows } = await scan({
      messages: [user("Say a."), { ...assistant("a"), name: "Al" }, user("And?")],
    });
    expect(rows).toEqual([plain]);
    expect(report.problems.map(({ kind, field }) => [kind, field])).toEqual([
      ["unknown-field", "messages: name"],
      ["unanswered-question", "messages"],
    ]);
  });
});
