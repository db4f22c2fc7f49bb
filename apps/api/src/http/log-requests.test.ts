import { pino } from "pino";
import { expect, it } from "vitest";
import { redaction } from "./log-requests.ts";

it.each(["authorization", "cookie", "token", "signature", "identity"])(
  "a %s never reaches the log",
  (name) => {
    const lines: string[] = [];
    const logger = pino({ redact: redaction }, { write: (line: string) => void lines.push(line) });
    logger.info(
      { [name]: "opens-it", request: { [name]: "opens-it", headers: { [name]: "opens-it" } } },
      "request",
    );
    expect(lines.join("")).not.toContain("opens-it");
  },
);
