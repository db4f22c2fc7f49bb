import { defaultHoldout } from "@trainchain/dataset";
import { leastHeldOutRows } from "@trainchain/protocol";
import { formatCount, Notice } from "@trainchain/ui";

/** Below this more than a tenth is kept back. */
const fewRows = 10 * leastHeldOutRows;

/** Whether so many rows can be split at all. */
export function isEnough(rows: number, contributors: number): boolean {
  return rows - defaultHoldout(rows) >= contributors;
}

/** How many rows are kept back and how many are trained on, before anything is sent. */
export function RowsKept({ rows, contributors }: { rows: number; contributors: number }) {
  if (rows === 0) return null;
  const kept = defaultHoldout(rows);
  if (!isEnough(rows, contributors))
    return (
      <Notice tone="danger" title={`${formatCount(rows)} rows are too few`}>
        {kept} are kept back to measure with, and each contributor needs one at least: give{" "}
        {kept + contributors} rows or more.
      </Notice>
    );
  const trained = rows - kept;
  const each = Math.floor(trained / contributors);
  const split = `${formatCount(kept)} rows are kept back to measure with; ${formatCount(trained)} are trained on${contributors > 1 ? `, ${formatCount(each)} by each contributor` : ""}.`;
  if (rows >= fewRows) return <p className="text-sm text-muted">{split}</p>;
  return (
    <Notice tone="warning" title={`${formatCount(rows)} rows are few`}>
      {split} That is {Math.round((100 * kept) / rows)} % of them: with fewer than {leastHeldOutRows} nothing
      can be told from chance, and with {leastHeldOutRows} only a large gain. From {fewRows} rows on a tenth
      is kept back.
    </Notice>
  );
}
