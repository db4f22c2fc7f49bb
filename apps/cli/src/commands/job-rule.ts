import { confirmTransaction, ruleAppeal } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import type { Command } from "commander";
import { contentId, walletAddress } from "../chain-options.ts";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

type Options = PlatformOptions & { json: boolean; contributor: Address; reason: string; overturn?: boolean };

export function addJobRule(parent: Command): void {
  withWallet(parent.command("rule"))
    .description("decide an appeal as the job's referee, within three days of it")
    .argument("<job>", "its number", jobNumber)
    .requiredOption("--contributor <address>", "the wallet that appealed", walletAddress)
    .requiredOption("--reason <cid>", "content that says why", contentId)
    .option("--overturn", "the delivery counts after all (default: the refusal is confirmed)")
    .action(async (jobId: string, { contributor, reason, overturn = false, ...options }: Options) => {
      const { escrow, reader, signer } = await openWalletPlatform(options);
      const ruling = { escrow, jobId: BigInt(jobId), contributor, overturned: overturn, reasonCid: reason };
      const transaction = await ruleAppeal(signer, ruling);
      await confirmTransaction(reader, transaction);
      createOutput(options.json).result({ jobId, contributor, overturned: overturn, transaction }, () => [
        `✓ the refusal is ${overturn ? "overturned" : "confirmed"} (${transaction})`,
      ]);
    });
}
