import type { AlpacaRow } from "@trainchain/dataset";

/** The first rows as a contributor's machine will read them. */
export function RowPreview({ rows }: { rows: readonly AlpacaRow[] }) {
  if (rows.length === 0) return null;
  return (
    <details className="rounded-control border border-line px-4 py-2 text-sm">
      <summary className="cursor-pointer py-1 font-medium">
        The first {rows.length === 1 ? "row" : `${rows.length} rows`}
      </summary>
      <ol className="grid gap-4 py-3">
        {rows.map(({ instruction, input, output }) => (
          <li key={`${instruction} ${input}`} className="grid gap-1 border-l-2 border-line pl-3">
            <p className="line-clamp-3 font-medium">{instruction}</p>
            {input && <p className="line-clamp-3 text-muted">{input}</p>}
            <p className="line-clamp-4">{output}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
