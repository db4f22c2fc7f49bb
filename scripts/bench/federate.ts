import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { baseModels, roundMomentum } from "@trainchain/protocol";
import { ensureModel, ensurePython } from "../ensure-python.ts";
import { callersPath } from "../env.ts";
import { drawShares } from "./federate/draw-shares.ts";
import { type Condition, type Measured, measureSeed, type Settings } from "./federate/measure-federation.ts";
import { openPythonWorkers } from "./federate/python-workers.ts";
import { nameOf, summarise } from "./federate/summarise.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every condition of the full bench; `quick` keeps two contributors, one round. */
function conditionsOf(
  quick: boolean,
  contributors: readonly number[],
  rounds: readonly number[],
): Condition[] {
  const one = (count: number, shards: Condition["shards"], start: Condition["start"]): Condition => ({
    ...{ contributors: count, shards, start, rounds: 1, momentum: 0 },
  });
  if (quick) return [one(2, "alike", "shared"), one(2, "alike", "independent")];
  const most = Math.max(...contributors);
  return [
    ...contributors.flatMap((count) => [
      one(count, "alike", "shared"),
      one(count, "alike", "independent"),
      one(count, "skewed", "shared"),
      one(count, "skewed", "independent"),
    ]),
    ...rounds.flatMap((count) =>
      [0, roundMomentum].map((momentum) => ({
        ...one(most, "alike", "shared"),
        ...{ rounds: count, momentum },
      })),
    ),
  ];
}

/** Those of these names, all where none is given; throws at a name that is none. */
function chosenOf(
  conditions: readonly Condition[],
  names: readonly string[] | undefined,
): readonly Condition[] {
  if (!names) return conditions;
  const known = new Map(conditions.map((condition) => [nameOf(condition), condition]));
  return names.map((name) => {
    const condition = known.get(name);
    if (condition) return condition;
    throw new Error(`--only ${name}: no such condition; there are: ${[...known.keys()].join("; ")}`);
  });
}

async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      /** A folder, or the name of an embedded model. */
      model: { type: "string", default: join(root, "trainer/toy-model") },
      dataset: { type: "string", default: join(root, "packages/dataset/samples/sample-600.jsonl") },
      seeds: { type: "string", default: "3" },
      "first-seed": { type: "string", default: "0" },
      contributors: { type: "string", default: "2,3,5" },
      rounds: { type: "string", default: "4,8" },
      epochs: { type: "string" },
      rows: { type: "string", default: "400" },
      "held-out": { type: "string", default: "100" },
      "central-rows-per-step": { type: "string", default: "8,4,2,1" },
      "rows-per-step": { type: "string" },
      rank: { type: "string", default: "8" },
      "max-length": { type: "string", default: "64" },
      "learning-rate": { type: "string", default: "0.006" },
      /** Factors that the merged update is measured at, too, such as 1.25,1.5. */
      stretch: { type: "string", default: "" },
      workers: { type: "string", default: String(availableParallelism()) },
      quick: { type: "boolean", default: false },
      /** Only the conditions of these names, as the table prints them. */
      only: { type: "string", multiple: true },
      plot: { type: "string" },
      /** Keeps every single measurement, each as soon as it is made, so that `load` can add up runs made at different times. */
      save: { type: "string" },
      load: { type: "string", multiple: true },
    },
  });
  const settings: Settings = {
    model: values.load ? "" : await folderOf(values.model),
    isReal: baseModels.some(({ id }) => id === values.model),
    trainedRows: Number(values.rows),
    heldOutRows: Number(values["held-out"]),
    centralStepSizes: numbers(values["central-rows-per-step"]),
    rowsPerStep: values["rows-per-step"] === undefined ? undefined : Number(values["rows-per-step"]),
    epochs: Number(values.epochs ?? (values.quick ? 2 : 4)),
    maxLength: Number(values["max-length"]),
    rank: Number(values.rank),
    learningRate: Number(values["learning-rate"]),
    stretch: numbers(values.stretch),
  };
  const write = async (all: readonly Measured[]) => {
    if (values.save) await writeFile(values.save, JSON.stringify(all));
  };
  const measured: Measured[] = values.load
    ? (await Promise.all(values.load.map(async (file) => JSON.parse(await readFile(file, "utf8"))))).flat()
    : await measure(settings, {
        dataset: values.dataset,
        workers: Number(values.workers),
        conditions: chosenOf(
          conditionsOf(values.quick, numbers(values.contributors), numbers(values.rounds)),
          values.only,
        ),
        seeds: Array.from(
          { length: values.quick ? 1 : Number(values.seeds) },
          (_, i) => i + Number(values["first-seed"]),
        ),
        write,
      });
  await write(measured);
  const groups = summarise(measured);
  if (values.plot) await writeFile(values.plot, drawShares(groups));
  return {
    rows: groups.map(({ row }) => row),
    ratios: Object.fromEntries(
      groups.map(({ name, share }) => [`share of central's gain kept, ${name}`, share.mean]),
    ),
  };
}

async function measure(
  settings: Settings,
  given: {
    dataset: string;
    workers: number;
    conditions: readonly Condition[];
    seeds: readonly number[];
    /** Keeps what has been measured so far: a run that is ended early has not been for nothing. */
    write(all: readonly Measured[]): Promise<void>;
  },
): Promise<Measured[]> {
  const python = await ensurePython();
  const rows = (await readFile(given.dataset, "utf8"))
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line));
  if (rows.length < settings.trainedRows + settings.heldOutRows)
    throw new Error(`${given.dataset} has too few rows`);
  const folder = await mkdtemp(join(tmpdir(), "bench-federate-"));
  const script = fileURLToPath(new URL("federate/worker.py", import.meta.url));
  const workers = openPythonWorkers(python, script, given.workers);
  const started = performance.now();
  const done: Measured[] = [];
  const onDone = async (one: Measured) => {
    done.push(one);
    const seconds = Math.round((performance.now() - started) / 1000);
    const known = Object.entries(summarise([one])[0]!.row).map(([name, value]) => `${name} ${value}`);
    const of = given.seeds.length * given.conditions.length;
    console.error(`${done.length} of ${of}, ${seconds} s, seed ${one.seed}: ${known.join("; ")}`);
    await given.write(done);
  };
  try {
    const perSeed: Measured[][] = [];
    for (const seed of given.seeds) {
      const of = { seed, rows, folder: join(folder, String(seed)), onDone };
      perSeed.push(await measureSeed(workers, settings, given.conditions, of));
    }
    return perSeed.flat();
  } finally {
    workers.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a model lies; an embedded one is made first, where it is not there yet. */
async function folderOf(model: string): Promise<string> {
  await ensurePython();
  return (await ensureModel(model)) ?? callersPath(model);
}

const numbers = (text: string) => text.split(",").filter(Boolean).map(Number);

export default {
  name: "federate",
  about: "what a merged adapter keeps of what central training on all rows gains, by held-out loss",
  run,
};
