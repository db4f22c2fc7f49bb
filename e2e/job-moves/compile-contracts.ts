import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Hex } from "viem";

const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
const file = "contract-wallets.sol";

/** The deployment bytecode of each contract in `contract-wallets.sol`, compiled now. */
export function compileContracts(): Record<"ContractWallet" | "Unpayable", Hex> {
  const source = readFileSync(new URL(file, import.meta.url), "utf8");
  const settings = { evmVersion: "cancun", outputSelection: { "*": { "*": ["evm.bytecode.object"] } } };
  const input = { language: "Solidity", sources: { [file]: { content: source } }, settings };
  const { errors = [], contracts } = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  };
  const failure = errors.find(({ severity }) => severity === "error");
  if (failure) throw new Error(failure.formattedMessage);
  const bytecode = (name: string): Hex => `0x${contracts[file]?.[name]?.evm.bytecode.object ?? ""}`;
  return { ContractWallet: bytecode("ContractWallet"), Unpayable: bytecode("Unpayable") };
}
