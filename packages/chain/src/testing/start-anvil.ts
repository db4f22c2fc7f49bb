import { type ChildProcess, spawn } from "node:child_process";
import { foundryBinary } from "./foundry-binary.ts";

export interface AnvilOptions {
  chainId?: number;
  /** File that keeps the chain across restarts; without one it is gone with the process. */
  statePath?: string;
  /** One that the system gives by default, which nobody can have taken meanwhile. */
  port?: number;
  /** What its clock shows at the start, in seconds since 1970; this machine's time where not said. */
  startsAt?: number | undefined;
}

export interface Anvil {
  rpcUrl: string;
  port: number;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a local EVM chain with mnemonic accounts, mining each transaction at once; ready when it resolves. */
export async function startAnvil({
  chainId = 80_002,
  statePath,
  port = 0,
  startsAt,
}: AnvilOptions = {}): Promise<Anvil> {
  const state = statePath === undefined ? [] : ["--state", statePath, "--state-interval", "1"];
  const clock = startsAt === undefined ? [] : ["--timestamp", String(startsAt)];
  const args = ["--chain-id", String(chainId), "--port", String(port), "--hardfork", "prague"];
  const child = spawn(foundryBinary("anvil"), [...args, ...state, ...clock], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => end(child);
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  const listeningOn = await listening(child);
  return { rpcUrl: `http://127.0.0.1:${listeningOn}`, port: listeningOn, stop };
}

/** The port on which it listens, once it does. */
function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
      const port = /Listening on [\d.]+:(\d+)\s/.exec(output)?.[1];
      if (port) resolve(Number(port));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (status) =>
      reject(new Error(`anvil ended with ${status} before it listened: ${output}`)),
    );
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
