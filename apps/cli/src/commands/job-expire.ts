import { expireJob } from "@trainchain/chain";
import type { Command } from "commander";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { confirm, openWalletPlatform, type PlatformOptions } from "../platform.ts";
import { listTakenSlots } from "../taken-wallets.ts";

export function addJobExpire(parent: Command): void {
  withWallet(parent.command("expire"))
    .description(
      "end a job that can no longer reach its minimum: deliveries are paid, the rest is refunded; for anybody",
    )
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const platform = await openWalletPlatform(options);
      const contributors = (await listTakenSlots(platform, jobId)).map(({ contributor }) => contributor);
      const call = { escrow: platform.escrow, jobId: BigInt(jobId), contributors };
      const transaction = await expireJob(platform.signer, call);
      await confirm(platform, transaction);
      createOutput(options.json).result({ jobId, contributors, transaction }, () => [
        `✓ job ${jobId} has expired (${transaction})`,
      ]);
    });
}
