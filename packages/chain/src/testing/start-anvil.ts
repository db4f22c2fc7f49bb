import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { foundryBinary } from "./foundry-binary.ts";

export interface AnvilOptions {
  chainId?: number;
  /** File that keeps the chain across restarts; without one it is gone with the process. */
  statePath?: string;
  /** A free one by default. */
  port?: number;
}

export interface Anvil {
  rpcUrl: string;
  port: number;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a local EVM chain with mnemonic accounts, mining each transaction at once; ready when it resolves. */
export async function startAnvil({ chainId = 80_002, statePath, port }: AnvilOptions = {}): Promise<Anvil> {
  const listenPort = port ?? (await findFreePort());
  const state = statePath === undefined ? [] : ["--state", statePath, "--state-interval", "1"];
  const args = [
    "--chain-id",
    String(chainId),
    "--port",
    String(listenPort),
    "--hardfork",
    "prague",
    ...state,
  ];
  const child = spawn(foundryBinary("anvil"), args, { stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => end(child);
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  await listening(child);
  return { rpcUrl: `http://127.0.0.1:${listenPort}`, port: listenPort, stop };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
      if (output.includes("Listening on")) resolve();
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

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
