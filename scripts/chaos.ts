/** `npm run chaos`: every fault of scripts/chaos/faults.ts against a job each; `--write` keeps the table in docs/faults.md. */
import { writeFile } from "node:fs/promises";
import { startJobWorld } from "../e2e/job-moves/job-world.ts";
import type { Fault } from "./chaos/fault.ts";
import { listFaults } from "./chaos/faults.ts";
import { startNodeProxy } from "./chaos/node-proxy.ts";
import { type Outcome, runJob } from "./chaos/run-job.ts";

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const node = await startNodeProxy();
const chosen = listFaults(node).filter(
  ({ name }) => wanted.length === 0 || wanted.some((text) => name.includes(text)),
);
const outcomes: Outcome[] = [];
const world = await startJobWorld({ nodeUrl: node.leadTo });
try {
  for (const fault of chosen) {
    const outcome = await runJob(world, fault).catch(async (error: unknown) => {
      for (const name of ["api", "indexer", "worker"] as const)
        console.error(`${name}:\n${await world.local[name].lastLines(8)}`);
      return failed(fault, error);
    });
    console.log(`${outcome.ok ? "✓" : "✗"} ${outcome.fault}, after ${outcome.at}: ${outcome.end}`);
    outcomes.push(outcome);
  }
} finally {
  await world.stop();
  await node.stop();
}
console.table(outcomes.map(({ ok, ...rest }) => ({ ...rest, ok: ok ? "yes" : "NO" })));
if (process.argv.includes("--write"))
  await writeFile(new URL("../docs/faults.md", import.meta.url), printDocument(outcomes));
process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);

function failed({ name, at }: Fault, error: unknown): Outcome {
  const end = error instanceof Error ? error.message : String(error);
  return { fault: name, at, end, contributorWei: "", requesterWei: "", leftWei: "", seconds: 0, ok: false };
}

function printDocument(all: readonly Outcome[]): string {
  const lines = all.map(
    ({ fault, at, end, contributorWei, requesterWei, leftWei, ok }) =>
      `| ${fault} | ${at} | ${end} | ${contributorWei} | ${requesterWei} | ${leftWei} | ${ok ? "yes" : "**no**"} |`,
  );
  return `# Faults and what became of the job

Made by \`npm run chaos -- --write\` on a whole local platform: each row is a job of its own, from its dataset to its end, with a reward of 1,000,000 wei, a fee of 5 % and one contributor, whose share is 950,000 wei. The figures are what each party gained on the chain, without gas, and what stayed in the escrow.

| fault | strikes when | the job was | contributor, wei | requester, wei | left in the escrow, wei | as it must be |
|---|---|---|---|---|---|---|
${lines.join("\n")}
`;
}
