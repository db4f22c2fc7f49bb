import { findEarlyFinish } from "@trainchain/requester";
import type { Command } from "commander";
import { formatEther } from "viem";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

export function addJobFinish(parent: Command): void {
  withWallet(parent.command("finish"))
    .description("end a job of yours with what is delivered, where that is its minimum; the rest is refunded")
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const { api } = await openWalletPlatform(options);
      const offer = findEarlyFinish(await api.getJob(jobId), Math.floor(Date.now() / 1_000));
      // The platform decides, also where this machine's clock goes wrong.
      await api.finishJob(jobId);
      createOutput(options.json).result({ jobId, refundWei: offer?.refundWei.toString() ?? null }, () => [
        `✓ job ${jobId} waits for nobody else${offer ? `; it ends with ${offer.deliveries} of ${offer.places}, and ${formatEther(offer.refundWei)} POL come back` : ""}`,
      ]);
    });
}
