import { expect, test } from "vitest";
import { scanFile } from "./scan-file.ts";

const scan = (text: string | Uint8Array<ArrayBuffer>, name = "data.txt") =>
  scanFile({ blob: new Blob([text]), name });

const srt = "1\n00:00:01,000 --> 00:00:04,000\nHello\n";
const notebook = { cells: [{ cell_type: "code", source: [] }], metadata: {}, nbformat: 4, nbformat_minor: 5 };

test.each<[string, string, RegExp]>([
  ["rows.jsonl", '["q","a"]\n["r","b"]\n', /lists.*do not name their texts/],
  ["rows.jsonl", '[ "q, [1]", "a" ]\r\n[ "r", "b" ]\r\n', /lists/],
  ["_chat.txt", "[12/03/2024, 10:11:12] Ann: Hi\n[12/03/2024, 10:12:12] Ben: Hello\n", /WhatsApp/],
  ["chat.txt", "\u200e[12.03.24, 10:11:12 PM] Ann: Hi\n", /WhatsApp/],
  ["chat.txt", "3/12/24, 10:11 AM - Ann: Hi\n", /WhatsApp/],
  ["talk.txt", "Human: Hi\nBot: Hello\n", /a name before each part/],
  ["talk.txt", "Q: What, and when?\nA: That.\n", /a name before each part/],
  ["talk.txt", "**User:** Hi\n\n**Assistant:** Hello\n", /a name before each part/],
  ["talk.txt", "### Instruction:\nAdd.\n\n### Response:\n4\n", /a name before each part/],
  ["film.srt", srt, /subtitles/],
  ["film.txt", srt, /subtitles/],
  ["dump.sql", "-- MySQL dump 10.13\n\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `rows`;\n", /SQL/],
  ["dump", "CREATE TABLE rows (a text, b text);\n", /SQL/],
  ["rows.xml", "<?xml version='1.0'?><rows/>", /XML/],
  ["rows", "<rows><row a='b'/></rows>", /XML/],
  ["text.md", "Some words, and others.\n\n## More\n", /Markdown/],
  ["text.txt", "# A heading\n\nSome words.\n", /Markdown/],
  ["rows.yaml", "- instruction: Add.\n  output: 4\n", /YAML/],
  ["rows.txt", "instruction: Add.\noutput: 4\n", /a name before each part/],
  ["rows.txt", "rows:\n  - a: b\n", /YAML/],
  ["rows.ipynb", JSON.stringify(notebook, null, 1), /Jupyter notebook/],
])("%s of %j is named for what it is, with what to do", async (name, text, said) => {
  const { problems, ok } = await scan(text, name);
  expect(ok).toBe(false);
  expect(problems).toMatchObject([{ kind: "other-form", count: 1 }]);
  expect(problems[0]?.problem).toMatch(said);
  expect(problems[0]?.fix).not.toMatch(/[Rr]ename|Parquet/);
});

test.each<[string, string]>([
  ["rows.md", "instruction,output\n# One,two\n"],
  ["rows.yaml", '{"instruction":"Q: a\\nA: b","output":"---"}\n'],
  ["rows.txt", "Question;Answer\nQ: a;b\nA: c;d\n"],
  ["rows.json", '[\n{"instruction":"a","output":"b"}\n]'],
])("%s of %j is read, whatever its name and texts", async (name, text) => {
  expect(await scan(text, name)).toMatchObject({ ok: true, problems: [] });
});

test("a text made to look like many forms is looked through once", async () => {
  for (const text of ["---", "a:", "Q:", '["a"]', "--", "# "]) {
    const hostile = [
      `${text}${"\n".repeat(60_000)}`,
      `${text}${"]\n- ".repeat(15_000)}`,
      text.repeat(20_000),
    ];
    for (const whole of hostile) expect((await scan(whole)).ok).toBe(false);
  }
});

test("a table that pandas wrote in three lists gets the advice of the others", async () => {
  const split = { columns: ["instruction", "output"], index: [0], data: [["a", "b"]] };
  const [problem] = (await scan(JSON.stringify(split), "rows.json")).problems;
  expect(problem).toMatchObject({
    kind: "column-oriented",
    fix: expect.stringContaining('orient="records"'),
  });
});

test("curly quotes of JSON are named", async () => {
  for (const text of ["{“instruction”: “a”, “output”: “b”}", '{"instruction": “a”, "output": "b"}'])
    expect((await scan(`${text}\n`, "rows.jsonl")).problems).toMatchObject([
      { kind: "not-json", fix: expect.stringContaining("straight quotes") },
    ]);
});

test("what is not UTF-8 is told how to be: of Excel in a table, of a text elsewhere", async () => {
  const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
  const fixOf = async (text: string, name: string) => (await scan(latin1(text), name)).problems[0]?.fix;
  expect(await fixOf("instruction,output\na,é b\n", "rows.csv")).toMatch(/Excel/);
  for (const text of ['{"instruction":"a","output":"é b"}\n', '[{"instruction":"a","output":"é b"}]'])
    expect(await fixOf(text, "rows.json")).toMatch(/iconv -f WINDOWS-1252 -t UTF-8/);
});

test.each<[string, string]>([
  ["Hallo,Welt\na,b\n", "instruction,output."],
  ["Hallo;Welt\na;b\n", "instruction;output."],
  ["Hallo\tWelt\tda\na\tb\tc\n", "instruction, input, output, with a tab between them."],
  ["Hallo\n\na\n", "instruction and output, with a second field for the answer in each row."],
  ["a,b,c,d\n1,2,3,4\n", "a name for each of the 4 columns, instruction and output among them."],
])("a table without a header, %j, is told to name as many columns as there are", async (text, names) => {
  const [problem] = (await scan(text, "rows.csv")).problems;
  expect(problem).toMatchObject({ kind: "unknown-layout", line: 1 });
  expect(problem!.fix.endsWith(`write a line before it: ${names}`)).toBe(true);
  const header = names.slice(0, -1);
  if (/^[a-z,;]+$/.test(header))
    expect(await scan(`${header}\n${text}`, "rows.csv")).toMatchObject({ ok: true });
});

test("of a column that is there twice, the second is to be given another name", async () => {
  const { problems } = await scan("prompt,completion,prompt\na,b,c\n", "rows.csv");
  expect(problems).toMatchObject([
    { kind: "bad-header", fix: 'Give the second "prompt" another name, or delete that column.' },
  ]);
});
