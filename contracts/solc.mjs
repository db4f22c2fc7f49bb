#!/usr/bin/env node
// The compiler forge calls: npm's solc behind the two things forge asks of one, `--version` and `--standard-json`.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import solc from "solc";

/** forge sends the project's sources; what they import from node_modules, above this folder, is read here. */
function readImport(name) {
  try {
    return { contents: readFileSync(resolve(import.meta.dirname, name), "utf8") };
  } catch (error) {
    return { error: error.message };
  }
}

if (process.argv.includes("--version")) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else {
  process.stdout.write(solc.compile(readFileSync(0, "utf8"), { import: readImport }));
}
