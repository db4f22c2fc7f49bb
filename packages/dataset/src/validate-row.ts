import { type AlpacaField, type AlpacaRow, alpacaFields } from "./alpaca-row.ts";
import type { ReportProblem } from "./problems.ts";

/** The row that a parsed value holds, or undefined after reporting everything that is wrong with it. */
export function validateRow(value: unknown, line: number, report: ReportProblem): AlpacaRow | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report("not-an-object", line);
    return undefined;
  }
  const fields = value as Record<string, unknown>;
  let good = true;
  const refuse: ReportProblem = (...problem) => {
    good = false;
    report(...problem);
  };

  for (const field of alpacaFields) checkField(fields, field, line, refuse);
  for (const name in fields) if (!isKnown(name)) report("unknown-field", line, name);
  if (!good) return undefined;
  const { instruction, input = "", output } = fields as unknown as AlpacaRow;
  return { instruction, input, output };
}

function checkField(
  row: Record<string, unknown>,
  field: AlpacaField,
  line: number,
  refuse: ReportProblem,
): void {
  const value = Object.hasOwn(row, field) ? row[field] : undefined;
  if (value === undefined) {
    if (field !== "input") refuse("missing-field", line, field);
  } else if (typeof value !== "string") refuse("not-a-string", line, field);
  else {
    if (field !== "input" && isBlank(value)) refuse(`empty-${field}`, line, field);
    if (value.includes("\0")) refuse("nul-character", line, field);
    if (!value.isWellFormed()) refuse("broken-unicode", line, field);
  }
}

function isKnown(name: string): boolean {
  return name === "instruction" || name === "input" || name === "output";
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}
