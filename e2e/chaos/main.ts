/** `npm run chaos`: every fault of faults.ts against a job each; `--write` keeps the table in docs/faults.md. Words choose. */
import { readFile, writeFile } from "node:fs/promises";
import { startJobWorld } from "../job-moves/job-world.ts";
import { startDatabaseProxy } from "./database-proxy.ts";
import type { Fault } from "./fault.ts";
import { listFaults } from "./faults.ts";
import { enduranceName, printDocument, printEndured } from "./faults-document.ts";
import { startNodeProxy } from "./node-proxy.ts";
import { restartUnderLoad } from "./restarts-under-load.ts";
import { type Outcome, runJob } from "./run-job.ts";

const document = new URL("../../docs/faults.md", import.meta.url);
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const [node, database] = await Promise.all([startNodeProxy(), startDatabaseProxy()]);
const faults = listFaults(node);
const isWanted = (name: string) => wanted.length === 0 || wanted.some((text) => name.includes(text));
const chosen = faults.filter(({ name }) => isWanted(name));
const outcomes: Outcome[] = [];
const world = await startJobWorld({
  nodeUrl: node.leadTo,
  databaseProxy: database.leadTo,
  env: { api: { TRUST_PROXY: "true" } },
});
try {
  for (const fault of chosen) {
    const outcome = await runJob(world, fault).catch(async (error: unknown) => {
      for (const name of ["api", "indexer", "worker"] as const)
        console.error(`${name}:\n${await world.local[name].lastLines(8)}`);
      return failed(fault, error);
    });
    console.log(`${outcome.ok ? "✓" : "✗"} ${outcome.fault}, after ${outcome.at}: ${outcome.end}`);
    outcomes.push(outcome);
    // After each: a run that is cut off keeps what it has.
    if (process.argv.includes("--write"))
      await writeFile(document, printDocument(faults, outcomes, await readFile(document, "utf8")));
  }
  if (isWanted(enduranceName)) await endure();
} finally {
  await world.stop();
  await Promise.all([node.stop(), database.stop()]);
}
console.table(outcomes.map(({ ok, ...rest }) => ({ ...rest, ok: ok ? "yes" : "NO" })));
process.exit(outcomes.every(({ ok }) => ok) && process.exitCode !== 1 ? 0 : 1);

/** The restarts of `npm test`, thirty times over. */
async function endure(): Promise<void> {
  const endured = await restartUnderLoad(world, 30);
  const text = printEndured(endured);
  console.log(text);
  if (endured.turns < endured.of || endured.mostRefusals > 10) process.exitCode = 1;
  if (process.argv.includes("--write"))
    await writeFile(document, printDocument(faults, outcomes, await readFile(document, "utf8"), text));
}

function failed({ name, at }: Fault, error: unknown): Outcome {
  const end = error instanceof Error ? error.message : String(error);
  return { fault: name, at, end, contributorWei: "", requesterWei: "", leftWei: "", seconds: 0, ok: false };
}
