import type { Group, Spread } from "./summarise.ts";

const left = 480;
const scale = 400;
const rowHeight = 30;
const top = 64;

/**
 * A dot plot of the shares kept: a line a condition, the dots' whiskers one standard deviation. Colours change with
 * the reader's light or dark setting.
 */
export function drawShares(groups: readonly Group[]): string {
  const height = top + groups.length * rowHeight + 40;
  const lines = groups.map((group, i) => drawGroup(group, top + i * rowHeight + rowHeight / 2));
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (share) =>
      `<line class="grid" x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${height - 36}"/>` +
      `<text x="${x(share)}" y="${height - 18}" text-anchor="middle">${share}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + scale + 40} ${height}" role="img" aria-label="Share of central training's gain kept, by condition">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.grid { stroke: #d0d7de } .merged { fill: #0969da; stroke: #0969da } .apart { fill: #cf222e; stroke: #cf222e } .single { fill: #848d97; stroke: #848d97 }
.whisker { stroke-width: 1.5 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d } .merged { fill: #4493f8; stroke: #4493f8 } .apart { fill: #ff7b72; stroke: #ff7b72 } }
</style>
<text x="8" y="20" font-weight="600">Share of central training's gain kept, (base − merged) / (base − central)</text>
${legend("merged", "merged (svd)", 8)}${legend("apart", "factors averaged apart", 130)}${legend("single", "best single contributor", 310)}
${ticks.join("\n")}
${lines.join("\n")}
</svg>
`;
}

function drawGroup({ name, share, apart, bestSingle }: Group, y: number): string {
  const label = `<text x="8" y="${y + 4}">${name}</text>`;
  return (
    label + dot("single", bestSingle, y) + (apart ? dot("apart", apart, y) : "") + dot("merged", share, y)
  );
}

/** Shares below 0, worse than no training at all, stand at the left edge as a triangle. */
function dot(kind: string, { mean, sd }: Spread, y: number): string {
  if (mean < 0)
    return `<path class="${kind}" d="M${left - 8} ${y}l9 -5v10z"><title>${mean.toFixed(2)}</title></path>`;
  return (
    `<line class="${kind} whisker" x1="${x(mean - sd)}" x2="${x(mean + sd)}" y1="${y}" y2="${y}"/>` +
    `<circle class="${kind}" cx="${x(mean)}" cy="${y}" r="4.5"><title>${mean.toFixed(3)} ± ${sd.toFixed(3)}</title></circle>`
  );
}

const legend = (kind: string, text: string, at: number) =>
  `<circle class="${kind}" cx="${at + 5}" cy="42" r="4.5"/><text x="${at + 15}" y="46">${text}</text>`;

const x = (share: number) => Math.round((left + Math.max(0, share) * scale) * 10) / 10;
