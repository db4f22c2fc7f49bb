import { toTrainChainError } from "@trainchain/protocol";
import { scrub, secretsAmong } from "./secrets.ts";

/** The last line of a process that cannot go on: what is wrong and what to do, on standard error, and exit code 1. */
export function reportFatal(thrown: unknown, environment = process.env): void {
  const { code, message, fix } = toTrainChainError(thrown);
  const line = JSON.stringify({ level: "fatal", code, message, fix });
  process.stderr.write(`${scrub(line, secretsAmong(environment))}\n`);
  process.exitCode = 1;
}
