import { mergeAdapters } from "@trainchain/lora/node";
import { mergeMethods, TrainChainError } from "@trainchain/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type AdapterFolder, readAdapterFolder } from "../adapter-folder.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

interface Options {
  method: (typeof mergeMethods)[number];
  rank: number | "auto";
  weights?: number[];
  baseModel?: string;
  out: string;
  json: boolean;
}

export function addAdapterMerge(parent: Command): void {
  withJson(parent.command("merge"))
    .description("merge adapters of one base model into the weighted mean of their updates")
    .argument("<dir...>", "folders with adapter_model.safetensors and adapter_config.json")
    .addOption(
      new Option("--method <name>", "exact, its best approximation, or factors averaged apart")
        .choices(mergeMethods)
        .default("svd"),
    )
    .option(
      "--rank <k>",
      "rank of an svd result, or auto: the smallest that loses at most 1 %",
      parseRank,
      "auto",
    )
    .option("--weights <list>", "one number an adapter, such as 3,1 (default: equal)", parseWeights)
    .option(
      "--base-model <id>",
      "what the merged adapter names, where the adapters name one model in several ways",
    )
    .requiredOption("--out <dir>", "folder for the merged adapter")
    .action(async (dirs: string[], options: Options) => {
      const adapters = await Promise.all(dirs.map(readAdapterFolder));
      const { baseModel, modules } = assertAlike(dirs, adapters, options.baseModel);
      const weights = assertWeights(adapters.length, options.weights);
      const merged = await mergeAdapters({
        adapters: adapters.map(({ file, rank, alpha }, i) => ({
          file,
          rank,
          alpha,
          weight: weights[i] ?? 1,
        })),
        modules,
        baseModel,
        method: options.method,
        rank: options.rank,
        out: options.out,
      });
      createOutput(options.json).result(merged, () => [
        `✓ ${merged.file}: rank ${merged.rank} by ${merged.method}, relative error ${merged.relativeError.toExponential(2)}, ${merged.sizeBytes} bytes`,
      ]);
    });
}

/** Adapters can be merged where they change the same layers of the same model, by its own name or by `given`. */
function assertAlike(
  dirs: string[],
  adapters: AdapterFolder[],
  given: string | undefined,
): Pick<AdapterFolder, "baseModel" | "modules"> {
  const [first] = adapters;
  if (!first)
    throw new TrainChainError("invalid-input", "there is no adapter to merge", {
      fix: "Name at least one folder.",
    });
  const shapeOf = ({ modules }: AdapterFolder) =>
    JSON.stringify(modules.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  const unlike = adapters.findIndex((adapter) => shapeOf(adapter) !== shapeOf(first));
  if (unlike !== -1)
    throw new TrainChainError("adapter-invalid", `${dirs[unlike]} changes other layers than ${dirs[0]}`, {
      fix: "Merge adapters that were trained on the same base model with the same target modules.",
    });
  const other = adapters.findIndex(({ baseModel }) => baseModel !== first.baseModel);
  if (other === -1 || given !== undefined) return { ...first, baseModel: given ?? first.baseModel };
  const named = (at: number) => `${dirs[at]} names ${adapters[at]?.baseModel || "none"}`;
  throw new TrainChainError(
    "adapter-invalid",
    `the adapters name different base models, though their layers are alike: ${named(0)}, ${named(other)}`,
    { fix: "Where it is one model under several names, go on with --base-model and its name." },
  );
}

function assertWeights(count: number, weights: number[] = Array.from({ length: count }, () => 1)): number[] {
  if (weights.length === count) return weights;
  throw new TrainChainError("invalid-input", `${weights.length} weights were given for ${count} adapters`, {
    fix: "Give one weight an adapter, separated by commas.",
  });
}

function parseWeights(text: string): number[] {
  const weights = text.split(",").map(Number);
  if (weights.every((weight) => Number.isFinite(weight) && weight > 0)) return weights;
  throw new InvalidArgumentError("Give numbers above 0, separated by commas.");
}

function parseRank(text: string): number | "auto" {
  if (text === "auto") return "auto";
  const rank = Number(text);
  if (Number.isInteger(rank) && rank > 0) return rank;
  throw new InvalidArgumentError("Give a whole number above 0, or auto.");
}
