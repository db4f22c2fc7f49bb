import { cancelJob } from "@trainchain/chain";
import type { Command } from "commander";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { confirm, openWalletPlatform, type PlatformOptions } from "../platform.ts";

export function addJobCancel(parent: Command): void {
  withWallet(parent.command("cancel"))
    .description("take back a job of yours that has no contributor yet; the whole stake is refunded")
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const platform = await openWalletPlatform(options);
      const transaction = await cancelJob(platform.signer, { escrow: platform.escrow, jobId: BigInt(jobId) });
      await confirm(platform, transaction);
      createOutput(options.json).result({ jobId, transaction }, () => [
        `✓ job ${jobId} is cancelled (${transaction})`,
      ]);
    });
}
