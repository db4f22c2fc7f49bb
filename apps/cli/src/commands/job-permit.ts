import { writeFile } from "node:fs/promises";
import { getJob, signSlotPermit } from "@trainchain/chain";
import { type Address, type SlotPermitFile, TrainChainError } from "@trainchain/protocol";
import type { Command } from "commander";
import { walletAddress } from "../chain-options.ts";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../platform.ts";

type Options = PlatformOptions & { json: boolean; contributor: Address; out?: string };

export function addJobPermit(parent: Command): void {
  withWallet(parent.command("permit"))
    .description("let a wallet take a slot of a job of yours that was opened with --permit-only")
    .argument("<job>", "its number", jobNumber)
    .requiredOption("--contributor <address>", "the wallet that may take a slot", walletAddress)
    .option("--out <file>", "where it is written (default: permit-<job>-<address>.json)")
    .action(async (jobId: string, { contributor, out, ...options }: Options) => {
      const platform = await openWalletPlatform(options);
      await assertTakesPermits(platform, jobId);
      const { account, config, escrow } = platform;
      const { chainId } = config;
      const permit = await signSlotPermit(
        account,
        { chainId, escrow },
        { jobId: BigInt(jobId), contributor },
      );
      const signed: SlotPermitFile = { chainId, escrow, jobId, contributor, permit };
      const file = out ?? `permit-${jobId}-${contributor}.json`;
      await writeFile(file, `${JSON.stringify(signed, null, 2)}\n`);
      createOutput(options.json).result({ ...signed, file }, () => [
        `✓ ${contributor} may take a slot of job ${jobId}, with ${file}`,
        `  its owner hands it to the app on the job's page, or to the agent: trainchain contributor --permit ${file}`,
      ]);
    });
}

/** @throws TrainChainError where a permit of this wallet would be of no use */
async function assertTakesPermits({ reader, escrow, account }: WalletPlatform, jobId: string): Promise<void> {
  const { status, requester, permitOnly } = await getJob(reader, { escrow, jobId: BigInt(jobId) });
  if (status === "none") throw new TrainChainError("not-found", `there is no job ${jobId}`);
  if (requester !== account.address.toLowerCase())
    throw new TrainChainError("forbidden", `job ${jobId} is ${requester}'s, which alone permits a slot`, {
      fix: "Sign with the requester's wallet.",
    });
  if (permitOnly && status === "open") return;
  const why = permitOnly ? `is ${status}` : "lets anybody take a slot";
  throw new TrainChainError("conflict", `job ${jobId} ${why}: a permit is of no use`, {
    fix: "A job takes permits where it was opened with --permit-only.",
  });
}
