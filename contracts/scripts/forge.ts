import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { foundryBinary } from "@trainchain/chain/testing";
import { environment } from "./env.ts";

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

/**
 * An environment in which forge's compiler script finds the Node that runs this, and tools that parse Solidity
 * themselves (coverage, slither) find OpenZeppelin: they lose their way on foundry.toml's path, which climbs out of
 * this folder. Neither changes the bytecode.
 */
export function forgeEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const openZeppelin = realpathSync(
    dirname(createRequire(import.meta.url).resolve("@openzeppelin/contracts/package.json")),
  );
  const path = [dirname(process.execPath), dirname(foundryBinary("forge")), environment().PATH];
  return {
    ...environment(),
    PATH: path.join(delimiter),
    FOUNDRY_REMAPPINGS: `@openzeppelin/contracts/=${openZeppelin}/`,
    ...extra,
  };
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
