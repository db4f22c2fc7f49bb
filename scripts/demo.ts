import { toTrainChainError } from "@trainchain/protocol";
import type { DemoKind } from "./demo/demo-kind.ts";
import { imageDemo } from "./demo/kinds/image.ts";
import { llmDemo } from "./demo/kinds/llm.ts";
import { type DemoOptions, demoUsage, parseDemoOptions } from "./demo/options.ts";
import { createProgress } from "./demo/progress.ts";
import { toJson } from "./demo/report.ts";
import { runDemo } from "./demo/run-demo.ts";
import { ensureModel, ensurePython } from "./ensure-python.ts";

/** `npm run demo`: one training job on this machine, from request to reward, every part real. */
async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(demoUsage);
    return 0;
  }
  const asked = parseDemoOptions(args);
  await ensurePython();
  const options = await withModel(asked, args);
  const signal = untilInterrupted();
  return options.kind === "image" ? show(imageDemo, options, signal) : show(llmDemo, options, signal);
}

async function show<Own>(kind: DemoKind<Own>, options: DemoOptions, signal: AbortSignal): Promise<number> {
  const report = await runDemo(kind, options, createProgress(), signal);
  if (options.json) console.log(toJson(report));
  else kind.print(report);
  return report.holds ? 0 : 1;
}

/** The options, once their base model is on this machine; the toy takes the place of one that cannot be had. */
async function withModel(options: DemoOptions, args: string[]): Promise<DemoOptions> {
  if (options.kind === "image") return options;
  try {
    await ensureModel(options.model);
    return options;
  } catch (error) {
    if (options.modelWasGiven) throw error;
    console.error(`• the toy model takes the place of ${options.model}: ${toTrainChainError(error).message}`);
    return parseDemoOptions([...args, "--model", "toy"]);
  }
}

/** Ctrl-C ends the demo and everything that it started. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  return controller.signal;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  const { message, fix, stack, code } = toTrainChainError(error);
  console.error(`✗ ${message}${fix ? `\n  ${fix}` : ""}${code === "internal" ? `\n${stack}` : ""}`);
  process.exit(1);
}
