import { inThrees } from "../fact.ts";
import type { LeftOut } from "./left-out.ts";

/** "28 that could not be used (empty output: 28)" */
export function describeLeftOut({ rows, reasons }: LeftOut): string {
  const named = Object.entries(reasons).map(
    ([kind, count]) => `${kind.replaceAll("-", " ")}: ${inThrees(count)}`,
  );
  return `${inThrees(rows)} that could not be used (${named.join(", ")})`;
}
