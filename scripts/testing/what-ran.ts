import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestModule } from "vitest/node";
import { durationsFile, failuresFile, lastRun, logFolder, root } from "./folders.ts";

/** Of one error: enough to name what was expected, and not the page of HTML that came. */
const longestError = 2_000;

/** Writes down how long each file took and what failed in it, and says where the logs of its processes lie. */
export default class WhatRan implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const file = relative(root, module.moduleId);
    mkdirSync(lastRun, { recursive: true });
    const seconds = Math.round(module.diagnostic().duration / 100) / 10;
    appendFileSync(durationsFile, `${JSON.stringify({ file, seconds })}\n`);
    if (module.ok()) return;
    appendFileSync(failuresFile, failuresOf(module, file));
    const logs = join(logFolder, file);
    if (existsSync(logs)) console.error(`the logs of ${file} are kept in ${logs}`);
  }

  onTestRunEnd(_: unknown, unhandled: readonly { message: string; stack?: string }[]): void {
    for (const error of unhandled)
      appendFileSync(failuresFile, `an error outside of every test\n${wordsOf(error)}\n`);
  }
}

function failuresOf(module: TestModule, file: string): string {
  const inFile = [
    { name: "the file itself", errors: module.errors() },
    ...[...module.children.allSuites()].map((suite) => ({ name: suite.fullName, errors: suite.errors() })),
    ...[...module.children.allTests("failed")].map((test) => ({
      name: test.fullName,
      errors: test.result().errors ?? [],
    })),
  ];
  return inFile
    .filter(({ errors }) => errors.length > 0)
    .map(({ name, errors }) => `${file} > ${name}\n${errors.map(wordsOf).join("\n")}\n`)
    .join("\n");
}

/** What an error says, what was expected and came, and where. */
function wordsOf(error: { message: string; stack?: string; diff?: string }): string {
  const where = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.includes(root) && !line.includes("node_modules"));
  return stripVTControlCharacters([error.message, error.diff ?? "", ...where].join("\n")).slice(
    0,
    longestError,
  );
}
