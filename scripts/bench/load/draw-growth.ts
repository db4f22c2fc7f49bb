import type { MeasuredRoute } from "./measure-routes.ts";

export interface Growth extends MeasuredRoute {
  contributors: number;
}

const [width, height, left, top, bottom] = [760, 420, 60, 40, 44];
const plotWidth = 400;
const colours = ["#0969da", "#cf222e", "#1a7f37", "#9a6700", "#8250df", "#bc4c00"];
/** The lists whose cost could grow with the table that they read. */
const drawn = [
  "GET /jobs/contributor-pool",
  "… search=0xabcdef0, found never",
  "GET /jobs",
  "GET /jobs/{jobId}/timeline",
  "GET /me/requests",
  "GET /totals",
];

/** p50 over the number of contributors, both on logarithmic scales: a level line is a cost that does not grow. */
export function drawGrowth(growth: readonly Growth[]): string {
  const shown = drawn.map((route) => growth.filter((row) => row.route === route));
  const all = shown.flat().map(({ p50Ms }) => p50Ms);
  const lowest = Math.floor(Math.log10(Math.min(...all)));
  const highest = Math.ceil(Math.log10(Math.max(...all)));
  const counts = [...new Set(growth.map(({ contributors }) => contributors))];
  const x = (count: number) =>
    left + (Math.log10(count / counts[0]!) / Math.log10(counts.at(-1)! / counts[0]!)) * plotWidth;
  const y = (ms: number) =>
    height - bottom - ((Math.log10(ms) - lowest) / (highest - lowest)) * (height - top - bottom);
  const round = (value: number) => Math.round(value * 10) / 10;

  const grid = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index)).map(
    (ms) =>
      `<line class="grid" x1="${left}" x2="${left + plotWidth}" y1="${round(y(ms))}" y2="${round(y(ms))}"/>` +
      `<text x="${left - 8}" y="${round(y(ms)) + 4}" text-anchor="end">${ms} ms</text>`,
  );
  const ticks = counts.map(
    (count) =>
      `<text x="${round(x(count))}" y="${height - 18}" text-anchor="middle">${count.toLocaleString("en")}</text>`,
  );
  const lines = shown.map((rows, index) => {
    const points = rows.map(({ contributors, p50Ms }) => `${round(x(contributors))},${round(y(p50Ms))}`);
    const legendY = top + 16 + index * 22;
    return (
      `<polyline points="${points.join(" ")}" fill="none" stroke="${colours[index]}" stroke-width="2"/>` +
      points
        .map((point) => `<circle cx="${point.replace(",", '" cy="')}" r="3.5" fill="${colours[index]}"/>`)
        .join("") +
      `<circle cx="${left + plotWidth + 28}" cy="${legendY - 4}" r="4.5" fill="${colours[index]}"/>` +
      `<text x="${left + plotWidth + 40}" y="${legendY}">${rows[0]?.route}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Median time of list routes over the number of contributors">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .grid { stroke: #d0d7de }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d } }
</style>
<text x="8" y="20">Median time of an answer over contributors (a tenth as many jobs, ten times as many events)</text>
${[...grid, ...ticks, ...lines].join("\n")}
</svg>
`;
}
