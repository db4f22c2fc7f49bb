import { classNames, Table } from "@trainchain/ui";

/** Names longer than this stand upright above their columns: ten classes fit a phone so. */
const shortName = 3;

/** True classes down, named classes across; the diagonal is what was right. */
export function ConfusionMatrix({
  classes,
  counts,
}: {
  classes: readonly string[];
  counts: readonly (readonly number[])[];
}) {
  const upright = classes.some((name) => name.length > shortName);
  return (
    <figure className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <figcaption className="text-sm text-muted">
        The held-out images by class: each row is a true class, each column what the model named it.
      </figcaption>
      <Table
        asMatrix
        caption="Confusion matrix on the held-out images: true classes down, named classes across"
      >
        <thead className="text-xs">
          <tr className="align-bottom">
            <th scope="col" className={classNames(rowName, "py-2 text-muted")}>
              true
            </th>
            {classes.map((name) => (
              <th key={name} scope="col" className="px-0.5 py-2 text-center font-medium sm:px-3">
                <span
                  title={name}
                  className={
                    upright
                      ? "inline-block max-h-28 rotate-180 truncate [writing-mode:vertical-rl] sm:rotate-0 sm:[writing-mode:horizontal-tb]"
                      : undefined
                  }
                >
                  {name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="text-xs sm:text-sm">
          {classes.map((name, row) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" title={name} className={classNames(rowName, "py-1.5")}>
                {name}
              </th>
              {classes.map((named, column) => (
                <Count key={named} count={counts[row]?.[column] ?? 0} isRight={row === column} />
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </figure>
  );
}

/** It stays in sight where there are too many classes for the window. */
const rowName = "sticky left-0 max-w-20 truncate bg-surface px-2 text-xs font-medium sm:max-w-48 sm:px-3";

function Count({ count, isRight }: { count: number; isRight: boolean }) {
  return (
    <td
      className={classNames(
        "min-w-6 px-0.5 py-1.5 text-center tabular-nums sm:px-3",
        count === 0 && "text-muted",
        isRight && count > 0 && "bg-accent-soft font-semibold text-accent-text",
        !isRight && count > 0 && "bg-danger-soft text-danger-text",
      )}
    >
      {count}
    </td>
  );
}
