import { type Problem, placeOfProblem } from "@trainchain/dataset";
import { type ArchiveProblem, placeOfArchiveProblem } from "@trainchain/dataset/images";
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
  const shown = problems.reduce((sum, problem) => sum + countOf(problem), 0);
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
      {total > shown && (
        <p className="text-sm text-muted">
          The first {formatCount(shown)} of {formatCount(total)}.
        </p>
      )}
    </div>
  );
}

function countOf(problem: Problem | ArchiveProblem): number {
  // A check of an earlier build told each place on its own.
  return problem.count ?? 1;
}

function placeOf(problem: Problem | ArchiveProblem): string {
  if ("line" in problem) return placeOfProblem(problem);
  return placeOfArchiveProblem(problem);
}
