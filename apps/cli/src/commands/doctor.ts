import { scrub, secretsAmong } from "@trainchain/telemetry";
import type { Command } from "commander";
import { diagnose } from "../admin/diagnose.ts";
import { readAdminEnv } from "../admin/env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

/** `trainchain doctor`: everything that the platform stands on, and what to do where it does not. */
export function defineDoctor(command: Command): void {
  withJson(command).action(async ({ json }: { json: boolean }) => {
    const secrets = secretsAmong();
    const findings = (await diagnose(readAdminEnv())).map((finding) => ({
      ...finding,
      detail: scrub(finding.detail, secrets),
    }));
    createOutput(json).result(findings, () =>
      findings.flatMap(({ ok, check, detail, warning, fix = warning }) => [
        `${ok ? (warning ? "!" : "✓") : "✗"} ${check.padEnd(10)} ${detail}`,
        ...(fix ? [`  ${"".padEnd(10)} ${fix}`] : []),
      ]),
    );
    if (findings.some(({ ok }) => !ok)) process.exitCode = 2;
    // A check that gave no answer in time must not keep the command waiting.
    setImmediate(() => process.exit());
  });
}
