import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { foundryBinary } from "@trainchain/chain/testing";

export const contractsDir = join(import.meta.dirname, "..");

export interface Artifact {
  abi: unknown[];
  bytecode: { object: `0x${string}` };
  deployedBytecode: {
    object: `0x${string}`;
    /** Where the constructor writes immutable values into the deployed code, by declaration. */
    immutableReferences?: Record<string, { start: number; length: number }[]>;
  };
}

/** What forge last built of a contract. Throws where it has not been built. */
export function readArtifact(name: string): Artifact {
  return JSON.parse(readFileSync(join(contractsDir, `out/${name}.sol/${name}.json`), "utf8"));
}

/** An environment in which forge's compiler script finds the Node that runs this. */
export function forgeEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`, ...extra };
}

/** Runs forge in contracts/ with its output shown. Throws when it fails. */
export function runForge(args: string[], env: Record<string, string> = {}): void {
  const { status } = spawnSync(foundryBinary("forge"), args, {
    cwd: contractsDir,
    env: forgeEnvironment(env),
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`forge ${args.join(" ")} failed with exit status ${status}`);
}
