export interface Scale {
  ticks: readonly number[];
  place(value: number): number;
}

/** A linear scale from the values' range, widened to whole ticks, to [start, end]. */
export function linearScale(values: readonly number[], start: number, end: number): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = niceStep((high - low || Math.abs(high) || 1) / 4);
  const first = Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((high - first) / step - 1e-9));
  const last = first + count * step;
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((first + index * step).toPrecision(12))),
    place: (value) => start + ((value - first) / (last - first)) * (end - start),
  };
}

/** A logarithmic scale over values above 0, from tick to tick of 1, 2 and 5 times a power of ten, to [start, end]. */
export function logScale(values: readonly number[], start: number, end: number): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const from = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - from + 2 }, (_, index) => from + index);
  const all = powers.flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)));
  const first = Math.max(
    0,
    all.findLastIndex((tick) => tick <= low),
  );
  const last = Math.max(
    first + 1,
    all.findIndex((tick) => tick >= high),
  );
  const ticks = all.slice(first, last + 1);
  const [bottom, top] = [ticks[0] ?? low, ticks.at(-1) ?? high].map(Math.log10) as [number, number];
  return { ticks, place: (value) => start + ((Math.log10(value) - bottom) / (top - bottom)) * (end - start) };
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
}

/** Of what came before, the part that a smoothed value keeps at each point. */
const kept = 0.8;

/**
 * An exponential moving average over the points' order, freed from its start at zero as Adam's moments are
 * (Kingma and Ba 2015, section 3), so that the first value is the first point's own.
 */
export function smoothed<Point extends { y: number }>(points: readonly Point[]): Point[] {
  let mean = 0;
  let weight = 0;
  return points.map((point) => {
    mean = kept * mean + (1 - kept) * point.y;
    weight = kept * weight + (1 - kept);
    return { ...point, y: mean / weight };
  });
}

/** Of points from left to right, the one that lies nearest to `x`. */
export function nearest<Point extends { x: number }>(points: readonly Point[], x: number): Point | undefined {
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).x <= x) low = middle;
    else high = middle;
  }
  const [left, right] = [points[low], points[high]];
  return left && right && right.x - x < x - left.x ? right : left;
}
