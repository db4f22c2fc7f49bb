import { RowsFound } from "./adapters/rows-found.tsx";
import type { FileCheck } from "./file-checks.ts";
import { ClassesFound } from "./image-classification/classes-found.tsx";

/** What is in a checked file. */
export function Found({ check }: { check: FileCheck }) {
  return check.kind === "image-classification" ? <ClassesFound check={check} /> : <RowsFound check={check} />;
}
