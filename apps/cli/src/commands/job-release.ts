import { releaseSlot } from "@trainchain/chain";
import { TrainChainError } from "@trainchain/protocol";
import type { Command } from "commander";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { confirm, openWalletPlatform, type PlatformOptions } from "../platform.ts";
import { listTakenSlots } from "../taken-wallets.ts";

export function addJobRelease(parent: Command): void {
  withWallet(parent.command("release"))
    .description("free the slots of a job whose deadline passed without a delivery; for anybody")
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const platform = await openWalletPlatform(options);
      const { timestamp: now } = await platform.reader.getBlock();
      const overdue = (await listTakenSlots(platform, jobId)).filter(
        ({ slot }) => slot.status === "accepted" && slot.timestamp < now,
      );
      if (overdue.length === 0)
        throw new TrainChainError("conflict", `no slot of job ${jobId} is overdue`, {
          fix: `See the deadlines with: trainchain job show ${jobId}`,
        });
      const released: { contributor: string; transaction: string }[] = [];
      for (const { contributor } of overdue) {
        const call = { escrow: platform.escrow, jobId: BigInt(jobId), contributor };
        const transaction = await releaseSlot(platform.signer, call);
        await confirm(platform, transaction);
        released.push({ contributor, transaction });
      }
      createOutput(options.json).result({ jobId, released }, () =>
        released.map(
          ({ contributor, transaction }) => `✓ released the slot of ${contributor} (${transaction})`,
        ),
      );
    });
}
