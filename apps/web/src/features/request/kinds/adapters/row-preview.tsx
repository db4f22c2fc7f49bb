import type { DatasetRow } from "@trainchain/dataset";

/** The first rows as a contributor's machine will read them. */
export function RowPreview({ rows }: { rows: readonly DatasetRow[] }) {
  if (rows.length === 0) return null;
  return (
    <details className="rounded-control border border-line px-4 py-2 text-sm">
      <summary className="cursor-pointer py-1 font-medium">
        The first {rows.length === 1 ? "row" : `${rows.length} rows`}
      </summary>
      <ol className="grid gap-4 py-3">
        {rows.map(({ instruction, input, output, system, history = [] }) => (
          <li key={`${instruction} ${input}`} className="grid gap-1 border-l-2 border-line pl-3">
            {system && <p className="line-clamp-2 text-muted">system: {system}</p>}
            {history.length > 0 && (
              <p className="text-muted">
                {history.length} earlier {history.length === 1 ? "message" : "messages"}
              </p>
            )}
            <p className="line-clamp-3 font-medium">{instruction}</p>
            {input && <p className="line-clamp-3 text-muted">{input}</p>}
            <p className="line-clamp-4">{output}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
