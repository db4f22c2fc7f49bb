#!/usr/bin/env node
// What an older Node reads too, so that it is told what is missing.
import module from "node:module";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache();
  await import("../dist/trainchain.js");
} else {
  process.stderr.write(
    `✗ Node ${process.versions.node} is older than 22.18\n  Install Node 24 or newer, then try again.\n`,
  );
  process.exitCode = 2;
}
