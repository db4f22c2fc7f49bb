import { reportFailure } from "./output.ts";
import { buildProgram } from "./program.ts";

const json = process.argv.includes("--json");
try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, json);
}
