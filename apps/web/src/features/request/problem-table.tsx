import type { Problem } from "@trainchain/dataset";
import type { ArchiveProblem } from "@trainchain/dataset/images";
import { Badge, Cell, formatCount, HeaderCell, Row, Table, TableBody, TableHead } from "@trainchain/ui";

/** Where each problem is, what it is and how to mend it. */
export function ProblemTable({
  problems,
  total,
}: {
  problems: readonly (Problem | ArchiveProblem)[];
  /** All that were found, shown or not. */
  total: number;
}) {
  if (problems.length === 0) return null;
  return (
    <div className="grid gap-2">
      <Table caption="Problems in the file" className="max-h-96 overflow-y-auto">
        <TableHead>
          <HeaderCell>Where</HeaderCell>
          <HeaderCell>Problem</HeaderCell>
          <HeaderCell>What to do</HeaderCell>
        </TableHead>
        <TableBody>
          {problems.map((problem) => (
            <Row key={`${placeOf(problem)} ${problem.kind}`}>
              <Cell className="align-top font-mono text-xs">{placeOf(problem)}</Cell>
              <Cell className="align-top whitespace-normal">
                <span className="flex flex-wrap items-center gap-2">
                  <Badge tone={problem.severity === "error" ? "danger" : "warning"}>{problem.severity}</Badge>
                  {problem.problem}
                </span>
              </Cell>
              <Cell className="min-w-56 align-top whitespace-normal text-muted">{problem.fix}</Cell>
            </Row>
          ))}
        </TableBody>
      </Table>
      {total > problems.length && (
        <p className="text-sm text-muted">
          The first {problems.length} of {formatCount(total)}.
        </p>
      )}
    </div>
  );
}

function placeOf(problem: Problem | ArchiveProblem): string {
  if ("line" in problem) {
    const line = problem.line === 0 ? "whole file" : `line ${formatCount(problem.line)}`;
    return problem.field ? `${line}, ${problem.field}` : line;
  }
  return problem.file || "whole archive";
}
