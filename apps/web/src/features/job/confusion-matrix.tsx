import { classNames, Table } from "@trainchain/ui";

/** True classes down, named classes across; the diagonal is what was right. */
export function ConfusionMatrix({
  classes,
  counts,
}: {
  classes: readonly string[];
  counts: readonly (readonly number[])[];
}) {
  return (
    <Table caption="Confusion matrix on the hidden images: true classes down, named classes across">
      <thead>
        <tr>
          <th scope="col" className="px-3 py-2 text-xs font-medium text-muted">
            true ↓ named →
          </th>
          {classes.map((name) => (
            <th key={name} scope="col" className="px-3 py-2 text-center text-xs font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {classes.map((name, row) => (
          <tr key={name} className="border-t border-line">
            <th scope="row" className="px-3 py-1.5 text-xs font-medium">
              {name}
            </th>
            {classes.map((named, column) => {
              const count = counts[row]?.[column] ?? 0;
              return (
                <td
                  key={named}
                  className={classNames(
                    "px-3 py-1.5 text-center tabular-nums",
                    count === 0 && "text-muted",
                    row === column && count > 0 && "bg-accent-soft font-semibold text-accent-text",
                    row !== column && count > 0 && "bg-danger-soft text-danger-text",
                  )}
                >
                  {count}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
