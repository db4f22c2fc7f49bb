import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { AgentEvent } from "../jobs/agent-event.ts";
import { printEvents } from "./print-events.ts";

it("only one file writes to the terminal: the one that makes every line printable", async () => {
  const sources = await readdir(import.meta.dirname, { recursive: true });
  const writers = [];
  for (const name of sources.filter((source) => /(?<!\.test)\.ts$/.test(source))) {
    const text = await readFile(join(import.meta.dirname, name), "utf8");
    if (/process\.?\[?\w*\]?\.write\(|console\./.test(text)) writers.push(name);
  }
  expect(writers).toEqual(["terminal.ts"]);
});

it("an event's JSON line is one line, and holds nothing that a terminal would act on", () => {
  const lines: string[] = [];
  const print = printEvents({ json: true, write: (line) => void lines.push(line) });
  const event: AgentEvent = { type: "log", jobId: "1", line: "\u001b[2J\u009b2J\n\u202e\u2028 end" };
  print(event);
  expect(lines.join("|")).not.toMatch(/[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ message: event.line });
});

it("says once that states of a training are asked for and once that all are sent", () => {
  const lines: string[] = [];
  const print = printEvents({ json: false, write: (line) => void lines.push(line) });
  for (const sent of [0, 1, 2, 3]) {
    const facts = { replay: { drawn: 1, segments: 20, asked: 3, sent } };
    const record = { jobId: "1", state: "submitted" as const, facts, updatedAt: "2026-01-01T00:00:00.000Z" };
    print({ type: "state", record, words: { now: `${sent} sent.`, next: "" } } as AgentEvent);
  }
  expect(lines).toEqual(["job 1 submitted  0 sent.", "job 1 submitted  3 sent."]);
});
