import { settleJob } from "@trainchain/chain";
import type { Command } from "commander";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { confirm, openWalletPlatform, type PlatformOptions } from "../platform.ts";
import { listTakenSlots } from "../taken-wallets.ts";

export function addJobSettle(parent: Command): void {
  withWallet(parent.command("settle"))
    .description("pay out a job whose aggregator has been silent for its review period; for anybody")
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const platform = await openWalletPlatform(options);
      const contributors = (await listTakenSlots(platform, jobId)).map(({ contributor }) => contributor);
      const call = { escrow: platform.escrow, jobId: BigInt(jobId), contributors };
      const transaction = await settleJob(platform.signer, call);
      await confirm(platform, transaction);
      createOutput(options.json).result({ jobId, contributors, transaction }, () => [
        `✓ job ${jobId} is settled (${transaction})`,
      ]);
    });
}
