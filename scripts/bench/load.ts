import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { drawGrowth, type Growth } from "./load/draw-growth.ts";
import { fullScale } from "./load/load-world.ts";
import { measureLists } from "./load/measure-lists.ts";
import { measureNeighbour } from "./load/measure-neighbour.ts";
import { measureStreams } from "./load/measure-streams.ts";
import { measureTasks } from "./load/measure-tasks.ts";
import { measureUploads } from "./load/measure-uploads.ts";

const times = 300;
const fractions = [0.01, 0.1, 1];

interface Found {
  rows: object[];
  ratios: Record<string, number>;
}

const parts: Record<string, (plot: string | undefined) => Promise<Found>> = {
  async lists() {
    const rows = await measureLists(1, times);
    return {
      rows,
      ratios: {
        "contributor pool p99 / 20 ms": (rows[0]?.p99Ms ?? 0) / 20,
        "routes that read a big table whole": rows.filter(({ readWhole }) => readWhole !== "").length,
      },
    };
  },
  async growth(plot) {
    const growth: Growth[] = [];
    for (const fraction of fractions)
      for (const row of await measureLists(fraction, times))
        growth.push({ contributors: fullScale.contributors * fraction, ...row });
    if (plot) await writeFile(plot, drawGrowth(growth));
    return { rows: growth, ratios: {} };
  },
  async neighbour() {
    const rows = await measureNeighbour(times);
    return { rows, ratios: { "list beside 40 last bytes p99 / 15 ms": (rows[1]?.p99Ms ?? 0) / 15 } };
  },
  async streams() {
    const row = await measureStreams();
    return { rows: [row], ratios: {} };
  },
  async uploads() {
    const row = await measureUploads(1e9);
    return { rows: [row], ratios: { "memory at eight uploads / 300 MB": row.peakMb / 300 } };
  },
  async tasks() {
    const rows = [];
    for (const workers of [1, 2, 4]) rows.push(await measureTasks(workers));
    return { rows, ratios: { "four workers / one": rows[2]!.tasksPerSecond / rows[0]!.tasksPerSecond } };
  },
};

export default {
  name: "load",
  about: `${Object.keys(parts).join(", ")} (or those named) over ${fullScale.contributors} contributors, ${fullScale.jobs} jobs and ${fullScale.events} events; one request at a time, ${times} a route`,
  async run(args: string[] = []): Promise<Found> {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { plot: { type: "string" } },
    });
    const found: Found = { rows: [], ratios: {} };
    for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
      const measure = parts[name];
      if (!measure) throw new Error(`${name} is none of ${Object.keys(parts).join(", ")}`);
      const { rows, ratios } = await measure(values.plot);
      found.rows.push(...rows.map((row) => ({ part: name, ...row })));
      Object.assign(found.ratios, ratios);
    }
    return found;
  },
};
