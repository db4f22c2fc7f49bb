import { join } from "node:path";
import type { CheckResult } from "@trainchain/lora";
import { checkAdapters, writeInitialAdapter } from "@trainchain/lora/node";
import { defaultThresholds } from "@trainchain/protocol";
import type { Command } from "commander";
import { type AdapterFolder, readAdapterFolder } from "../adapter-folder.ts";
import { wholeNumber, withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { createTempFolder, removeTempFolder } from "../temp-folder.ts";

interface Options {
  against?: string;
  seed?: number;
  json: boolean;
}

export function addAdapterCheck(parent: Command): void {
  withJson(parent.command("check"))
    .description("check that an adapter is well formed; against another one, that it is no copy")
    .argument("<dir>", "folder with adapter_model.safetensors and adapter_config.json")
    .option("--against <dir>", "an adapter that it must not be a copy of")
    .option(
      "--seed <n>",
      "the job's seed: also check that it started from the job's initial adapter",
      wholeNumber(0, 2 ** 32 - 1),
    )
    .action(async (dir: string, { against, seed, json }: Options) => {
      const adapter = await readAdapterFolder(dir);
      const other = against === undefined ? undefined : await readAdapterFolder(against);
      const asked = [
        "safetensors",
        ...(seed === undefined ? [] : ["same-start"]),
        ...(other ? ["not-a-copy"] : []),
      ];
      const checks = (await check(adapter, other, seed)).filter(({ check: name }) => asked.includes(name));
      const ok = checks.every(({ verdict }) => verdict !== "failed");
      const { rank, alpha, baseModel, modules } = adapter;
      createOutput(json).result({ dir, ok, rank, alpha, baseModel, modules: modules.length, checks }, () => [
        `${dir}: LoRA rank ${rank}, alpha ${alpha}, ${modules.length} modules of ${baseModel || "an unnamed model"}`,
        ...checks.map(
          ({ check: name, verdict, message }) => `${verdict === "failed" ? "✗" : "✓"} ${name}: ${message}`,
        ),
      ]);
      if (!ok) process.exitCode = 2;
    });
}

/** The checks that can be made of one adapter, or of two: those that compare a whole job's are left to the platform. */
async function check(
  adapter: AdapterFolder,
  other: AdapterFolder | undefined,
  seed = 0,
): Promise<CheckResult[]> {
  const { modules, rank } = adapter;
  const folder = await createTempFolder("check");
  try {
    const initial = join(folder, "initial.safetensors");
    await writeInitialAdapter(initial, { seed, modules, rank });
    const adapters = [
      ...(other ? [{ name: "the other adapter", file: other.file, alpha: other.alpha }] : []),
    ];
    adapters.push({ name: "this adapter", file: adapter.file, alpha: adapter.alpha });
    const verdicts = await checkAdapters({ adapters, modules, rank, initial, thresholds: defaultThresholds });
    return [...(verdicts.at(-1)?.checks ?? [])];
  } finally {
    await removeTempFolder(folder);
  }
}
