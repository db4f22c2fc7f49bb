import { type DestinationStream, type Logger, pino } from "pino";
import { scrub, secretsAmong } from "./secrets.ts";
import { currentTrace } from "./trace.ts";

const closed = ["authorization", "cookie", "token", "signature", "identity", "secret", "password"];

export interface LoggerOptions {
  /** The process, as each line names it. */
  name: string;
  level: string;
  /** Where the secret values are found that no line may hold; this process's where not given. */
  environment?: Record<string, string | undefined>;
  destination?: DestinationStream;
}

/**
 * The log of a process: one JSON line a fact, with the trace of the work under way. Fields that could open something
 * are dropped up to two levels deep; the values of secret settings are cut out of whatever else they stand in, such
 * as the address in an error of the node.
 */
export function createLogger({ name, level, environment, destination }: LoggerOptions): Logger {
  const secrets = secretsAmong(environment);
  const options = {
    name,
    level,
    redact: {
      paths: closed.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: "[redacted]",
    },
    mixin: () => ({ ...currentTrace() }),
    hooks: { streamWrite: (line: string) => scrub(line, secrets) },
  };
  return destination ? pino(options, destination) : pino(options);
}
