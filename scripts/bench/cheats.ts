import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureModel, ensurePython } from "../ensure-python.ts";
import { callersPath } from "../env.ts";
import { cheats } from "./cheats/kinds.ts";
import { type MeasuredSeed, measureSeed } from "./cheats/measure-seed.ts";
import { openMarket } from "./cheats/open-market.ts";
import { summarise } from "./cheats/summarise.ts";
import { openPythonWorkers } from "./federate/python-workers.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      /** "toy", the name of an embedded model, or a folder. */
      model: { type: "string", default: "toy" },
      dataset: { type: "string", default: join(root, "packages/dataset/samples/sample-600.jsonl") },
      seeds: { type: "string", default: "3" },
      "first-seed": { type: "string", default: "0" },
      /** Rows of each of the five shards. */
      rows: { type: "string", default: "40" },
      epochs: { type: "string", default: "2" },
      "learning-rate": { type: "string" },
      "max-length": { type: "string", default: "96" },
      rank: { type: "string", default: "8" },
      /** Contributors of which each is tried as a cheat: three are most of five. */
      cheating: { type: "string", default: "3" },
      /** Only the cheats of these names. */
      only: { type: "string", multiple: true },
      workers: { type: "string", default: String(availableParallelism()) },
      /** Keeps every measurement as soon as it is made, so that `load` can add up runs of different times. */
      save: { type: "string" },
      load: { type: "string", multiple: true },
    },
  });
  if (values.load) {
    const kept = values.load.map(async (file) => JSON.parse(await readFile(file, "utf8")));
    return summarise((await Promise.all(kept)).flat());
  }
  const python = await ensurePython();
  const isToy = values.model === "toy";
  const model = isToy
    ? join(root, "trainer/toy-model")
    : ((await ensureModel(values.model)) ?? callersPath(values.model));
  const rows = (await readFile(values.dataset, "utf8")).split("\n").filter((line) => line.trim());
  const folder = await mkdtemp(join(tmpdir(), "bench-cheats-"));
  const script = fileURLToPath(new URL("cheats/maker.py", import.meta.url));
  const workers = openPythonWorkers(python, script, Number(values.workers));
  const market = await openMarket(folder);
  const chosen = cheats.filter(({ name }) => !values.only || values.only.includes(name));
  const started = performance.now();
  const measured: MeasuredSeed[] = [];
  try {
    const first = Number(values["first-seed"]);
    for (let seed = first; seed < first + Number(values.seeds); seed++) {
      const shuffled = shuffle(rows, seed);
      const own = shuffled.slice(0, 5 * Number(values.rows) + 20);
      const at = join(folder, String(seed));
      await mkdir(at);
      const foreign = join(at, "foreign.jsonl");
      await writeFile(foreign, shuffled.slice(own.length, own.length + Number(values.rows)).join("\n"));
      const listed = await market.prepare(own.join("\n"), seed, {
        ...{ model, epochs: Number(values.epochs), maxLength: Number(values["max-length"]) },
        rank: Number(values.rank),
        learningRate: Number(values["learning-rate"] ?? (isToy ? 6e-3 : 5e-4)),
      });
      const say = (text: string) =>
        console.error(`seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s: ${text}`);
      const given = {
        seed,
        model,
        foreign,
        cheating: Number(values.cheating),
        cheats: chosen,
        folder: at,
        say,
        keep: async (known: MeasuredSeed) => {
          if (values.save) await writeFile(values.save, JSON.stringify([...measured, known]));
        },
      };
      measured.push(await measureSeed(market, workers, listed, given));
    }
    return summarise(measured);
  } finally {
    workers.close();
    await market.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** By a generator of its own (Numerical Recipes), so that a seed gives the same rows everywhere. */
function shuffle(rows: readonly string[], seed: number): string[] {
  let state = seed >>> 0;
  const keyed = rows.map((row) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { row, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
}

export default {
  name: "cheats",
  about: "which cheats the worker's checks refuse, of one to five contributors, and what each would earn",
  run,
};
