import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AdapterCheckName } from "@trainchain/protocol";
import { isRefused, type Judged } from "./judge-toy-jobs.ts";

/** Check 1 is made on sealed bytes, before there is an adapter to judge. */
const columns: AdapterCheckName[] = [
  "safetensors",
  "same-start",
  "update-size",
  "not-a-copy",
  "held-out-loss",
];
const begin = "<!-- made by e2e/verification/write-table.ts: begin -->";
const end = "<!-- end -->";
const document = fileURLToPath(new URL("../../docs/verification.md", import.meta.url));

/** Which check refuses which work, one row a kind of work, with the range of each figure. */
export function verdictTable(judged: readonly Judged[]): string {
  const works = [...Map.groupBy(judged, ({ work }) => work)];
  const rows = works.map(([work, ones]) => [
    work,
    String(ones.length),
    ...columns.map((check) => cell(ones, check)),
    howOften(ones, withoutEvaluator),
    howOften(ones, ({ checks }) => isRefused(checks)),
  ]);
  const head = ["work", "n", ...columns, "refused without evaluator", "refused with it"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The table without its figures: what must be the same on every machine. */
export function verdictsOf(table: string): string {
  return table.replace(/-?\d+\.\d+ to -?\d+\.\d+/g, "#");
}

/** The table as docs/verification.md has it. */
export function readTable(): string {
  const text = readFileSync(document, "utf8");
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
}

export function writeTable(table: string): void {
  const text = readFileSync(document, "utf8");
  const [before, after] = [text.slice(0, text.indexOf(begin) + begin.length), text.slice(text.indexOf(end))];
  writeFileSync(document, `${before}\n${table}\n${after}`);
}

function withoutEvaluator({ checks }: Judged): boolean {
  return isRefused(checks.filter(({ check }) => check !== "held-out-loss"));
}

function howOften(ones: readonly Judged[], is: (one: Judged) => boolean): string {
  const times = ones.filter(is).length;
  if (times === 0) return "no";
  return times === ones.length ? "**yes**" : "sometimes";
}

function cell(ones: readonly Judged[], name: AdapterCheckName): string {
  const results = ones.flatMap(({ checks }) => checks.filter(({ check }) => check === name));
  const figures = results.flatMap(({ figure }) => (figure === null ? [] : [figure]));
  const failed = results.filter(({ verdict }) => verdict === "failed").length;
  const word = failed === 0 ? "" : failed === results.length ? "**refused**" : "sometimes";
  return `${word} ${range(figures)}`.trim() || "–";
}

function range(figures: readonly number[]): string {
  if (figures.length === 0) return "";
  const [least, most] = [Math.min(...figures), Math.max(...figures)].map((figure) => figure.toFixed(2));
  return `${least} to ${most}`;
}
