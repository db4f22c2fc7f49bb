import { formatCount } from "@trainchain/ui";

/** How many rows have answers of which length; each bar's bin ends at twice the length of the one before. */
export function LengthHistogram({ bins }: { bins: readonly { upTo: number; rows: number }[] }) {
  const most = Math.max(1, ...bins.map(({ rows }) => rows));
  const height = 120;
  const step = 64;
  // Few bins stay narrow, and the text keeps its size on a phone.
  const width = Math.max(6, bins.length) * step;
  return (
    <figure className="grid gap-1">
      <figcaption className="text-sm font-medium">Length of answers, in characters</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height + 20}`}
        role="img"
        aria-label={bins.map(({ upTo, rows }) => `${rows} rows up to ${upTo}`).join(", ")}
        className="h-auto w-full max-w-2xl"
      >
        {bins.map(({ upTo, rows }, index) => {
          const size = (rows / most) * height;
          return (
            <g key={upTo}>
              <rect
                x={index * step + 2}
                y={height - size}
                width={step - 4}
                height={size}
                rx="3"
                className="fill-accent"
              />
              <text
                x={(index + 0.5) * step}
                y={height + 14}
                textAnchor="middle"
                className="fill-muted text-[11px] tabular-nums"
              >
                ≤ {formatCount(upTo)}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
