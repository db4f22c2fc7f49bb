import { classNames } from "./class-names.ts";

export interface Series {
  name: string;
  /** From left to right. */
  points: readonly { x: number; y: number }[];
}

const width = 640;
const height = 240;
const padding = { left: 46, right: 12, top: 12, bottom: 28 };
const strokes = [
  "stroke-series-1",
  "stroke-series-2",
  "stroke-series-3",
  "stroke-series-4",
  "stroke-series-5",
  "stroke-series-6",
];
const dashes = [undefined, "7 4", "2 3", "10 3 2 3", "5 2", "1 4"];

/** Curves over a common x axis, such as losses over steps. `label` says to a screen reader what the picture shows. */
export function LineChart({
  series,
  label,
  xLabel,
  yLabel,
}: {
  series: readonly Series[];
  label: string;
  xLabel: string;
  yLabel: string;
}) {
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return <p className="text-sm text-muted">No figures yet.</p>;
  const x = createScale(
    drawn.flatMap(({ points }) => points.map((point) => point.x)),
    padding.left,
    width - padding.right,
  );
  const y = createScale(
    drawn.flatMap(({ points }) => points.map((point) => point.y)),
    height - padding.bottom,
    padding.top,
  );
  return (
    <figure className="grid gap-2">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} className="h-auto w-full">
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={padding.left}
              x2={width - padding.right}
              y1={y.place(tick)}
              y2={y.place(tick)}
              className="stroke-line"
            />
            <text
              x={padding.left - 8}
              y={y.place(tick) + 4}
              textAnchor="end"
              className="fill-muted text-[11px] tabular-nums"
            >
              {formatTick(tick)}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <text
            key={tick}
            x={x.place(tick)}
            y={height - 8}
            textAnchor="middle"
            className="fill-muted text-[11px] tabular-nums"
          >
            {formatTick(tick)}
          </text>
        ))}
        {drawn.map(({ name, points }, index) => (
          <polyline
            key={name}
            points={points
              .map((point) => `${x.place(point.x).toFixed(1)},${y.place(point.y).toFixed(1)}`)
              .join(" ")}
            fill="none"
            strokeWidth="2"
            strokeLinejoin="round"
            strokeDasharray={dashes[index % dashes.length]}
            className={strokes[index % strokes.length]}
          />
        ))}
      </svg>
      <figcaption className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
        {drawn.map(({ name }, index) => (
          <span key={name} className="inline-flex items-center gap-2">
            <svg width="22" height="4" aria-hidden="true">
              <line
                x1="0"
                x2="22"
                y1="2"
                y2="2"
                strokeWidth="3"
                strokeDasharray={dashes[index % dashes.length]}
                className={classNames(strokes[index % strokes.length])}
              />
            </svg>
            {name}
          </span>
        ))}
        <span className="ml-auto">
          {yLabel} over {xLabel}
        </span>
      </figcaption>
    </figure>
  );
}

/** A linear scale from the values' range, widened to whole ticks, to [start, end]. */
function createScale(values: readonly number[], start: number, end: number) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = niceStep((high - low || Math.abs(high) || 1) / 4);
  const first = Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((high - first) / step - 1e-9));
  const last = first + count * step;
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((first + index * step).toPrecision(12))),
    place: (value: number) => start + ((value - first) / (last - first)) * (end - start),
  };
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
}

function formatTick(tick: number): string {
  return Number(tick.toPrecision(4)).toLocaleString("en");
}
