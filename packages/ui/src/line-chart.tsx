import { type ChangeEvent, type PointerEvent, useCallback, useState } from "react";
import { linearScale, logScale, nearest, smoothed } from "./chart-scale.ts";
import { classNames } from "./class-names.ts";
import { Checkbox } from "./field.tsx";

export interface Series {
  name: string;
  /** From left to right. */
  points: readonly Point[];
}

interface Point {
  x: number;
  y: number;
}

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
/** Fewer points need no smoothing. */
const leastToSmooth = 10;

/**
 * Curves over a common x axis, such as losses over steps, with their values under the pointer, else the last ones.
 * `label` says to a screen reader what the picture shows.
 */
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
  const [isLog, setLog] = useState(false);
  const [isSmooth, setSmooth] = useState(false);
  const [pointedX, setPointedX] = useState<number>();
  const [width, measure] = useShownWidth();
  const given = series.filter(({ points }) => points.length > 0);
  if (given.length === 0) return <p className="text-sm text-muted">No figures yet.</p>;
  const drawn = isSmooth ? given.map((one) => ({ ...one, points: smoothed(one.points) })) : given;
  const values = given.flatMap(({ points }) => points.map((point) => point.y));
  const mayBeLog = values.every((value) => value > 0);
  const x = linearScale(
    given.flatMap(({ points }) => points.map((point) => point.x)),
    padding.left,
    width - padding.right,
  );
  const y = (isLog && mayBeLog ? logScale : linearScale)(values, height - padding.bottom, padding.top);
  const at = (points: readonly Point[]) =>
    pointedX === undefined ? points.at(-1) : nearest(points, pointedX);
  const marked = pointedX === undefined ? [] : drawn.flatMap(({ points }) => at(points) ?? []);

  return (
    <figure className="grid gap-2">
      <svg
        ref={measure}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        className="h-60 w-full touch-pan-y"
        onPointerMove={(event) => setPointedX(placeOf(event, x, width))}
        onPointerLeave={() => setPointedX(undefined)}
      >
        <Axes {...{ x, y, width }} />
        {isSmooth &&
          given.map(({ name, points }, index) => (
            <Curve
              key={name}
              {...{ points, x, y }}
              className={`${strokes[index % strokes.length]} opacity-25`}
            />
          ))}
        {drawn.map(({ name, points }, index) => (
          <Curve
            key={name}
            {...{ points, x, y }}
            dashes={dashes[index % dashes.length]}
            className={strokes[index % strokes.length]}
          />
        ))}
        {marked.map((mark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one mark a curve, in the curves' order
          <circle key={index} cx={x.place(mark.x)} cy={y.place(mark.y)} r="4" className="fill-ink" />
        ))}
      </svg>
      <figcaption className="flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-muted">
        {drawn.map(({ name, points }, index) => (
          <LegendEntry key={name} name={name} index={index} figure={formatPoint(at(points), xLabel)} />
        ))}
        <span className="ml-auto flex flex-wrap items-center gap-x-4">
          {values.length >= leastToSmooth && <Checkbox label="Smooth" {...toggle(isSmooth, setSmooth)} />}
          {mayBeLog && <Checkbox label="Log scale" {...toggle(isLog, setLog)} />}
          <span>
            {yLabel} over {xLabel}
          </span>
        </span>
      </figcaption>
    </figure>
  );
}

/** The width that an element has on the screen, in pixels: drawn in it, letters have one size on a phone and a desk. */
function useShownWidth(): [number, (element: SVGSVGElement | null) => (() => void) | undefined] {
  const [width, setWidth] = useState(640);
  const measure = useCallback((element: SVGSVGElement | null) => {
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [width, measure];
}

/** Where on the x axis a pointer is, in the axis's own units. */
function placeOf({ currentTarget, clientX }: PointerEvent<SVGSVGElement>, x: Scale, width: number): number {
  const { left, width: shown } = currentTarget.getBoundingClientRect();
  const [first, last] = [x.ticks[0] ?? 0, x.ticks.at(-1) ?? 1];
  const inside = ((clientX - left) / shown) * width;
  return first + ((inside - x.place(first)) / (x.place(last) - x.place(first))) * (last - first);
}

function toggle(checked: boolean, set: (checked: boolean) => void) {
  return { checked, onChange: ({ target }: ChangeEvent<HTMLInputElement>) => set(target.checked) };
}

type Scale = ReturnType<typeof linearScale>;

function Axes({ x, y, width }: { x: Scale; y: Scale; width: number }) {
  return (
    <>
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
    </>
  );
}

function LegendEntry({ name, index, figure }: { name: string; index: number; figure: string }) {
  return (
    <span className="inline-flex items-center gap-2">
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
      <span className="text-ink tabular-nums">{figure}</span>
    </span>
  );
}

function Curve({
  points,
  x,
  y,
  dashes: pattern,
  className,
}: {
  points: readonly Point[];
  x: Scale;
  y: Scale;
  dashes?: string | undefined;
  className?: string | undefined;
}) {
  return (
    <polyline
      points={points
        .map((point) => `${x.place(point.x).toFixed(1)},${y.place(point.y).toFixed(1)}`)
        .join(" ")}
      fill="none"
      strokeWidth="2"
      strokeLinejoin="round"
      strokeDasharray={pattern}
      className={className}
    />
  );
}

function formatPoint(point: Point | undefined, xLabel: string): string {
  return point
    ? `${point.y.toPrecision(4)} at ${xLabel.replace(/s$/, "")} ${point.x.toLocaleString("en")}`
    : "";
}

function formatTick(tick: number): string {
  return Number(tick.toPrecision(4)).toLocaleString("en");
}
