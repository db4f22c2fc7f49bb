import { useProxies } from "@trainchain/protocol/node";
import { reportFailure } from "./output.ts";
import { buildProgram } from "./program.ts";

const json = process.argv.includes("--json");
try {
  useProxies();
  const program = await buildProgram(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, json);
}
