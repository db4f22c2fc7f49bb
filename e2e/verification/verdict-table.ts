import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AdapterCheckName } from "@trainchain/protocol";
import { isRefused, type Judged } from "./judge-toy-jobs.ts";

/** Check 1 is made on sealed bytes, before there is an adapter to judge. */
const columns: AdapterCheckName[] = [
  "safetensors",
  "same-start",
  "optimizer-reach",
  "not-a-copy",
  "held-out-loss",
];
const begin = "<!-- made by e2e/verification/write-table.ts: begin -->";
const end = "<!-- end -->";
const document = fileURLToPath(new URL("../../docs/verification.md", import.meta.url));

const company = ["alone", "beside one", "beside two", "beside three"];

/**
 * Which check refuses which work, one row a kind of work, with the range of each figure; beside how many honest
 * deliveries it is refused; and whether without losses as well.
 */
export function verdictTable(judged: readonly Judged[]): string {
  const works = [...Map.groupBy(judged, ({ work }) => work)];
  const rows = works.map(([work, ones]) => {
    const most = Math.max(...ones.map(({ beside }) => beside));
    const last = ones.filter(({ beside }) => beside === most);
    const within = company.map((_, beside) => ones.filter((one) => one.beside === beside));
    return [
      work,
      String(last.length),
      ...columns.map((check) => cell(last, check)),
      ...within.map((some) => (some.length === 0 ? "–" : howOften(some, ({ checks }) => isRefused(checks)))),
      howOften(last, withoutEvaluator),
    ];
  });
  const head = [
    "work",
    "n",
    ...columns,
    ...company.map((beside) => `refused ${beside}`),
    "without evaluator",
  ];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The table without its figures: what must be the same on every machine. */
export function verdictsOf(table: string): string {
  return table.replace(/-?\d[\d.e-]* to -?\d[\d.e-]*/g, "#");
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

/** Without an evaluator there is no loss, and nobody counts the rows that fit: only that something moved is asked then. */
function withoutEvaluator({ checks }: Judged): boolean {
  const made = checks.filter(({ check, verdict, figure, threshold }) => {
    const isTooLittle = verdict === "failed" && figure !== null && threshold !== null && figure < threshold;
    return check !== "held-out-loss" && !(check === "optimizer-reach" && isTooLittle && figure > 0);
  });
  return isRefused(made);
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
  const [least, most] = [Math.min(...figures), Math.max(...figures)].map(show);
  return `${least} to ${most}`;
}

/** Two digits, of a small p-value its power of ten. */
function show(figure: number): string {
  return figure > 0 && figure < 0.005 ? figure.toExponential(0) : figure.toFixed(2);
}
