import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LlamaLikeConfig, type MergeMethod, modulesOfLlamaLike } from "@trainchain/lora";
import {
  mergeAdapters,
  mergeNextStart,
  mergeRound,
  type RoundAdapter,
  writeInitialAdapter,
} from "@trainchain/lora/node";
import { finalRateOf, rowsPerStepOf } from "@trainchain/protocol";
import type { PythonWorkers } from "./python-workers.ts";
import { clustersByFirstWord, createRandom, dealOut, dealSkewed, shuffled } from "./shard-rows.ts";

/** Of the Dirichlet law that skewed shards are drawn from. */
const concentration = 0.3;

export interface Settings {
  /** A folder. */
  model: string;
  /** Whether the platform knows its size. */
  isReal: boolean;
  trainedRows: number;
  heldOutRows: number;
  /** Rows a step that central training is tried with: what one trainer takes, and what any of its contributors would. */
  centralStepSizes: readonly number[];
  /** Of each contributor; the platform's rule where not given. */
  rowsPerStep: number | undefined;
  epochs: number;
  maxLength: number;
  rank: number;
  learningRate: number;
  /** Factors that the merge is measured at, too. */
  stretch: readonly number[];
}

export interface Condition {
  contributors: number;
  shards: "alike" | "skewed";
  start: "shared" | "independent";
  rounds: number;
  /** Between rounds. */
  momentum: number;
}

/** Held-out losses of one condition with one seed, in nats a completion token. */
export interface Measured extends Condition {
  seed: number;
  base: number;
  central: number;
  bestSingle: number;
  /** Factors averaged apart; one round only. */
  apart: number | null;
  svd: number;
  exact: number;
  /** The merge (svd), so many times as long. */
  stretched?: { factor: number; loss: number }[];
}

type Row = { instruction: string };

interface SeedOptions {
  seed: number;
  rows: readonly Row[];
  folder: string;
  /** Hears of each condition as soon as it is measured. */
  onDone(one: Measured): Promise<void>;
}

/** Everything that one seed decides: which rows are held out, the shards, the starts and the order of the rows. */
export async function measureSeed(
  workers: PythonWorkers,
  settings: Settings,
  conditions: readonly Condition[],
  { seed, rows, folder, onDone }: SeedOptions,
): Promise<Measured[]> {
  const world = await openWorld(workers, settings, { seed, rows, folder });
  const base = world.lossOf();
  base.catch(() => undefined); // Told where it is waited for.
  // The same work in one place, at the step size that is best for it.
  const central = Promise.all(
    settings.centralStepSizes.map((rowsPerStep) => world.centralLoss(rowsPerStep)),
  ).then((losses) => Math.min(...losses));
  central.catch(() => undefined);
  const oneRound = new Map<string, Promise<OneRound>>();
  const oneRoundOf = (condition: Condition) => {
    const key = [condition.contributors, condition.shards, condition.start].join();
    if (!oneRound.has(key)) oneRound.set(key, world.oneRound(condition));
    return oneRound.get(key)!;
  };
  return await Promise.all(
    conditions.map(async (condition) => {
      const alone = oneRoundOf(condition);
      const merged = condition.rounds === 1 ? await alone : await world.severalRounds(condition);
      const { bestSingle } = await alone;
      const losses = { base: await base, central: await central, bestSingle, apart: null, ...merged };
      const one: Measured = { seed, ...condition, ...losses };
      await onDone(one);
      return one;
    }),
  );
}

type OneRound = Pick<Measured, "bestSingle" | "apart" | "svd" | "exact" | "stretched">;

async function openWorld(
  workers: PythonWorkers,
  settings: Settings,
  { seed, rows, folder }: { seed: number; rows: readonly Row[]; folder: string },
) {
  const { model, epochs, maxLength, rank, learningRate, trainedRows, heldOutRows } = settings;
  const alpha = 2 * rank;
  const config: LlamaLikeConfig = JSON.parse(await readFile(join(model, "config.json"), "utf8"));
  const modules = modulesOfLlamaLike(config);
  const random = createRandom(seed);
  const order = shuffled(rows, random);
  const trained = order.slice(heldOutRows, heldOutRows + trainedRows);
  const common = { modules, baseModel: model, threads: 1 };
  let made = 0;
  await mkdir(folder, { recursive: true });
  const newPath = (name: string) => join(folder, `${++made}-${name}`);
  const writeRows = async (name: string, some: readonly Row[]) => {
    const file = newPath(`${name}.jsonl`);
    await writeFile(file, some.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return file;
  };
  const holdout = await writeRows("holdout", order.slice(0, heldOutRows));
  const initial = newPath("initial.safetensors");
  await writeInitialAdapter(initial, { seed, modules, rank });

  const lossOf = async (adapter?: string) => {
    const asked = { model, holdout, max_length: maxLength, adapter };
    return (await workers.ask<{ loss: number }>("measure", asked)).loss;
  };
  const train = async (shard: string, options: object) => {
    const out = newPath("trained");
    const all = {
      ...{ "model-name": model, "lora-rank": rank, "lora-alpha": alpha, epochs, "max-length": maxLength },
      ...{ "learning-rate": learningRate, seed, ...options },
    };
    await workers.ask("train", { shard, out, options: all });
    return out;
  };
  const shardsOf = async ({ contributors, shards }: Condition) => {
    const clusterOf = clustersByFirstWord(trained);
    // Not the stream above: the shards of a seed are the same whatever else was measured before them.
    const skew = { clusterOf, concentration, random: createRandom(1_000 * contributors + seed) };
    const parts =
      shards === "alike" ? dealOut(trained, contributors) : dealSkewed(trained, contributors, skew);
    return await Promise.all(
      parts.map(async (part) => ({ file: await writeRows("shard", part), rows: part.length })),
    );
  };
  const asInput = (folder: string, weight: number) => ({
    ...{ file: join(folder, "adapter", "adapter_model.safetensors"), weight, rank, alpha },
  });

  return {
    lossOf,

    async centralLoss(rowsPerStep: number) {
      const all = await writeRows("all", trained);
      return await lossOf(join(await train(all, { "rows-per-step": rowsPerStep }), "adapter"));
    },

    async oneRound(condition: Condition): Promise<OneRound> {
      const shards = await shardsOf(condition);
      const folders = await Promise.all(
        shards.map(({ file }, slot) =>
          train(file, {
            ...ratesOf(condition, settings),
            ...(condition.start === "independent" ? { seed: 1_000 * (slot + 1) + seed } : {}),
          }),
        ),
      );
      const inputs = folders.map((folder, slot) => asInput(folder, shards[slot]!.rows));
      const merged = async (method: MergeMethod) => {
        const out = newPath(method);
        await mergeAdapters({ ...common, adapters: inputs, method, out });
        return out;
      };
      const singles = Promise.all(folders.map((folder) => lossOf(join(folder, "adapter"))));
      const svdFolder = await merged("svd");
      const stretched = Promise.all(
        settings.stretch.map(async (factor) => ({
          factor,
          loss: await lossOf(await stretch(svdFolder, factor, newPath("stretched"))),
        })),
      );
      const [apart, svd, exact] = await Promise.all([
        merged("fedavg").then(lossOf),
        lossOf(svdFolder),
        merged("exact").then(lossOf),
      ]);
      return { bestSingle: Math.min(...(await singles)), apart, svd, exact, stretched: await stretched };
    },

    async severalRounds(condition: Condition): Promise<Pick<Measured, "svd" | "exact">> {
      const shards = await shardsOf(condition);
      const { rounds, momentum } = condition;
      let start: RoundAdapter = { file: initial, rank, alpha };
      let lastMean = start;
      // Each contributor's folder of the round before, where its optimiser's moments lie.
      let folders: string[] = [];
      for (let round = 1; ; round++) {
        folders = await Promise.all(
          shards.map(({ file }, slot) =>
            train(file, {
              ...ratesOf(condition, settings),
              ...{ round, rounds },
              ...(round > 1 && {
                "initial-adapter": start.file,
                "optimizer-state": join(folders[slot]!, "optimizer.safetensors"),
              }),
            }),
          ),
        );
        const inputs = folders.map((folder, slot) => asInput(folder, shards[slot]!.rows));
        if (round === rounds) {
          const last = async (method: "svd" | "exact") => {
            const out = newPath(method);
            await mergeRound({ ...common, adapters: inputs, start, method, out });
            return await lossOf(out);
          };
          return { svd: await last("svd"), exact: await last("exact") };
        }
        const meanOut = newPath("mean");
        const made = await mergeNextStart({
          ...{ ...common, adapters: inputs, start, lastMean, momentum, out: newPath("start"), meanOut },
        });
        start = { file: made.start.file, rank, alpha };
        lastMean = { file: made.mean.file, rank, alpha };
      }
    },
  };
}

/** A copy of an adapter whose update is so many times as long. */
async function stretch(folder: string, factor: number, out: string): Promise<string> {
  await cp(folder, out, { recursive: true });
  const file = join(out, "adapter_config.json");
  const config = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...config, lora_alpha: factor * config.lora_alpha }));
  return out;
}

/** What the platform gives contributors to train with. */
const ratesOf = ({ contributors }: Condition, { rowsPerStep, isReal, trainedRows, epochs }: Settings) => ({
  "rows-per-step":
    rowsPerStep ??
    rowsPerStepOf(contributors, isReal ? epochs * Math.floor(trainedRows / contributors) : undefined),
  "final-rate": finalRateOf(contributors),
});
