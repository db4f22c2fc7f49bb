/** Prints rows under the names of their fields; numbers are set to the right. */
export function printTable(
  title: string,
  rows: readonly Record<string, string | number | null | undefined>[],
): void {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? "–")));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const isNumber = columns.map((column) => rows.every((row) => typeof (row[column] ?? 0) === "number"));
  const print = (line: string[]) =>
    console.log(
      `  ${line.map((cell, index) => (isNumber[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join("  ")}`.trimEnd(),
    );
  console.log(`\n${title}`);
  print(columns);
  print(widths.map((width) => "─".repeat(width)));
  for (const line of cells) print(line);
}
