import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";

const agent = fileURLToPath(new URL("../../../contributor/agent/src/main.ts", import.meta.url));

/**
 * The contributor's agent is a program of its own, with a life of days: it runs as this command's child, with all
 * arguments, the terminal and the signals handed on.
 */
export function defineContributor(command: Command): void {
  command
    .helpOption(false)
    .allowUnknownOption()
    .argument("[arguments...]")
    .action(async (args: string[]) => {
      process.exitCode = await runAgent(args);
    });
}

function runAgent(args: string[]): Promise<number> {
  const flags = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, agent, ...args], { stdio: "inherit" });
  // A terminal signals the whole group, others only us; a child that hears twice stops once.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
