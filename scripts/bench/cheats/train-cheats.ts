import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { kindOf, reachOf } from "@trainchain/protocol";
import { fetchShard } from "../../../apps/worker/src/kinds/adapters/hear-alike.ts";
import type { PythonWorkers } from "../federate/python-workers.ts";
import type { Listed } from "./judge.ts";
import { mostSlots } from "./open-market.ts";

interface Trained {
  steps: number;
  tokens: number;
  /** Of processor time. */
  seconds: number;
}

export interface CheatsTrained {
  /** Makes what a slot delivers, honestly or as the cheat of this name; returns its folder. */
  make(slot: number, name: string): Promise<string>;
  /** The folder of the states that a slot's honest training passed through. */
  statesOf(slot: number): string;
  /** Processor time of the honest trainings, and of one of them without keeping its states. */
  seconds: number[];
  plainSeconds: number;
}

/** The contributor whose work others copy. */
export const source = mostSlots - 2;

interface Training {
  name: string;
  shard: string;
  options?: Record<string, string | number>;
  command?: "train" | "poisoned";
}

const ofRows = [
  "half of the rows",
  "a third of the rows",
  "rows of its own choice",
  "shuffled answers",
  "two shards trained as one",
];

/** The training that a cheat is made of, by its name. */
const trainingOf = (name: string) => (name.startsWith("extra steps") ? "on extra rows" : name);

/** Has every contributor of a job train as asked, the first `cheating` of them as the named cheats train too. */
export async function trainCheats(
  workers: PythonWorkers,
  { deps, found }: Listed,
  given: { model: string; foreign: string; cheating: number; names: readonly string[]; folder: string },
): Promise<CheatsTrained> {
  const { model, foreign, cheating, names, folder } = given;
  const { spec, shardAssignments } = found.prepared;
  const { "shard-cid": _, ...asked } = kindOf(spec.kind).trainer.optionsOf(spec, "", model);
  const { epochs } = spec.training;
  const at = (...parts: (string | number)[]) => join(folder, ...parts.map(String));
  const train = (slot: number, { name, shard, options = {}, command = "train" }: Training) =>
    workers.ask<Trained>(command, {
      ...{ shard, out: at(slot, "trained", name), options: { ...asked, ...options } },
      ...(command === "poisoned" ? { foreign } : {}),
    });
  const isNeeded = (training: string) => names.some((name) => trainingOf(name) === training);
  const finished = (slot: number, name: string) =>
    at(slot, "trained", name, "adapter", "adapter_model.safetensors");
  const shards: string[] = [];
  for (const { slot, cid, sizeBytes } of shardAssignments) {
    await mkdir(at(slot, "trained"), { recursive: true });
    const laid = { shard: slot, shardCid: cid, shardBytes: sizeBytes };
    shards.push(await fetchShard(deps, found, laid, at(slot, "shard.jsonl")));
  }
  await workers.ask("base", { model, out: at("other-base"), seed: 1 });
  const honest = await Promise.all(shards.map((shard, slot) => train(slot, { name: "honest", shard })));
  const plain = await train(source, { name: "plain", shard: shards[source]!, options: { segments: 0 } });

  async function trainAsCheat(slot: number): Promise<void> {
    const shard = shards[slot]!;
    const others = ofRows.filter(isNeeded).map(async (name) => {
      const rows = at(slot, `${ofRows.indexOf(name)}.jsonl`);
      await workers.ask("rows", {
        ...{ kind: name, shard, other: shards[(slot + 1) % mostSlots], foreign, out: rows },
        seed: slot,
      });
      return train(slot, { name, shard: rows });
    });
    const half = Math.ceil(epochs / 2);
    const changed: Training[] = [
      { name: "on another base model", shard, options: { "model-name": at("other-base") } },
      { name: "of another rank", shard, options: { "lora-rank": spec.lora.rank / 2 } },
      { name: "of another job", shard, options: { seed: spec.lora.seed + 1_000 } },
      { name: "one foreign row in every step", shard, command: "poisoned" },
      {
        name: "copy trained on its own rows",
        shard,
        options: { "initial-adapter": finished(source, "honest"), epochs: half },
      },
      {
        name: "on extra rows",
        shard: foreign,
        options: { "initial-adapter": finished(slot, "honest"), epochs: half },
      },
    ];
    const needed = changed.filter(({ name }) => isNeeded(name));
    await Promise.all([...others, ...needed.map((one) => train(slot, one))]);
  }
  await Promise.all(Array.from({ length: cheating }, (_, slot) => trainAsCheat(slot)));
  return {
    statesOf: (slot) => at(slot, "trained", "honest", "boundaries"),
    async make(slot, name) {
      const out = at(slot, "made", name);
      const run = at(slot, "trained", trainingOf(name));
      const others = [source, mostSlots - 1].map((other) => at(other, "trained", "honest"));
      const own = at(slot, "trained", "honest");
      const given = { others, own, run: name !== "honest" && existsSync(run) ? run : null };
      const { rateSum: reach, least } = reachOf(spec, slot);
      const { learningRate: rate, finalRate: final = 0 } = spec.training;
      const numbers = { reach, least: least * reach, rate, final, seed: spec.lora.seed + slot };
      await workers.ask("make", { name, out, ...given, ...numbers });
      return out;
    },
    seconds: honest.map(({ seconds }) => seconds),
    plainSeconds: plain.seconds,
  };
}
