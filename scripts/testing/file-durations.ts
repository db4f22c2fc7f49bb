import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { durationsFile, logFolder, root } from "./folders.ts";

/** Writes down how long each file took, and says where the logs of the processes of a failed one lie. */
export default class FileDurations implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const file = relative(root, module.moduleId);
    mkdirSync(dirname(durationsFile), { recursive: true });
    const seconds = Math.round(module.diagnostic().duration / 100) / 10;
    appendFileSync(durationsFile, `${JSON.stringify({ file, seconds })}\n`);
    const logs = join(logFolder, file);
    if (!module.ok() && existsSync(logs)) console.error(`the logs of ${file} are kept in ${logs}`);
  }
}
