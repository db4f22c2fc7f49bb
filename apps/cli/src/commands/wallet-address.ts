import { openWallet, readKeystoreAddress } from "@trainchain/keystore";
import type { Command } from "commander";
import { readEnv } from "../env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

export function addWalletAddress(parent: Command): void {
  withJson(parent.command("address"))
    .description("print a wallet's address")
    .option("--keystore <file>", "encrypted wallet file (default: the key in WALLET_PRIVATE_KEY)")
    .action(async ({ keystore, json }: { keystore?: string; json: boolean }) => {
      const address = (keystore && (await readKeystoreAddress(keystore))) || (await opened(keystore));
      createOutput(json).result({ address }, () => [address]);
    });
}

/** A file need not name its address: then the key says it. */
async function opened(keystore: string | undefined): Promise<string> {
  const { WALLET_PRIVATE_KEY: privateKey, TRAINCHAIN_KEYSTORE_PASSWORD: passphrase } = readEnv();
  return (await openWallet({ keystore, privateKey, passphrase })).account.address.toLowerCase();
}
