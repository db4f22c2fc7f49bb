import { confirmTransaction, getWithdrawableWei, withdraw } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import type { Command } from "commander";
import { formatEther } from "viem";
import { withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

export function addJobWithdraw(parent: Command): void {
  withWallet(parent.command("withdraw"))
    .description("fetch what the escrow could not pay to your wallet directly")
    .action(async (options: PlatformOptions & { json: boolean }) => {
      const platform = await openWalletPlatform(options);
      const wallet = platform.account.address.toLowerCase() as Address;
      const amountWei = await getWithdrawableWei(platform.reader, { escrow: platform.escrow, wallet });
      const output = createOutput(options.json);
      if (amountWei === 0n)
        return output.result({ amountWei }, () => ["nothing waits: all was paid directly"]);
      const transaction = await withdraw(platform.signer, { escrow: platform.escrow });
      await confirmTransaction(platform.reader, transaction);
      output.result({ amountWei, transaction }, () => [
        `✓ ${formatEther(amountWei)} POL paid out (${transaction})`,
      ]);
    });
}
