import { askPassphrase, createKeystoreFile } from "@trainchain/keystore";
import { TrainChainError } from "@trainchain/protocol";
import type { Command } from "commander";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { readEnv } from "../env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

export function addWalletNew(parent: Command): void {
  withJson(parent.command("new"))
    .description(
      "make a wallet in an encrypted file (passphrase from TRAINCHAIN_KEYSTORE_PASSWORD, or asked for)",
    )
    .requiredOption("--out <file>", "the file to write; an existing one is never replaced")
    .action(async ({ out, json }: { out: string; json: boolean }) => {
      const passphrase = readEnv().TRAINCHAIN_KEYSTORE_PASSWORD ?? (await askTwice());
      const privateKey = generatePrivateKey();
      await createKeystoreFile(out, privateKey, passphrase);
      const address = privateKeyToAccount(privateKey).address.toLowerCase();
      createOutput(json).result({ file: out, address }, () => [
        address,
        `✓ kept in ${out}; whoever has this file and its passphrase has the wallet`,
      ]);
    });
}

async function askTwice(): Promise<string> {
  const passphrase = await askPassphrase("New passphrase: ");
  if (passphrase.length >= 8 && (await askPassphrase("Again: ")) === passphrase) return passphrase;
  throw new TrainChainError(
    "invalid-input",
    "the passphrase is shorter than 8 characters, or the two differ",
    {
      fix: "Run the command again.",
    },
  );
}
