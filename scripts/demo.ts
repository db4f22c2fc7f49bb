import { toTrainChainError } from "@trainchain/protocol";
import { printImageReport } from "./demo/image-report.ts";
import { demoUsage, parseDemoOptions } from "./demo/options.ts";
import { createProgress } from "./demo/progress.ts";
import { printReport, toJson } from "./demo/report.ts";
import { runDemo } from "./demo/run-demo.ts";
import { runImageDemo } from "./demo/run-image-demo.ts";
import { ensurePython } from "./ensure-python.ts";

/** `npm run demo`: one training job on this machine, from request to reward, every part real. */
async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(demoUsage);
    return 0;
  }
  const options = parseDemoOptions(args);
  await ensurePython();
  const signal = untilInterrupted();
  if (options.kind === "image") {
    const report = await runImageDemo(options, createProgress(), signal);
    if (options.json) console.log(toJson(report));
    else printImageReport(report);
    return report.holds ? 0 : 1;
  }
  const report = await runDemo(options, createProgress(), signal);
  if (options.json) console.log(toJson(report));
  else printReport(report);
  return report.holds ? 0 : 1;
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
