/** Splits rows so that one statement stays below PostgreSQL's 65,535 parameters. */
export function* inPieces<Row>(rows: readonly Row[], size: number): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}
