import { listAll } from "@trainchain/api-client";
import { appealRejection, confirmTransaction, getSlot } from "@trainchain/chain";
import { type Address, TrainChainError } from "@trainchain/protocol";
import type { Command } from "commander";
import { contentId } from "../chain-options.ts";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../platform.ts";

type Options = PlatformOptions & { json: boolean; evidence?: string };

export function addJobAppeal(parent: Command): void {
  withWallet(parent.command("appeal"))
    .description("ask a job's referee to decide about the refusal of your delivery, within a day of it")
    .argument("<job>", "its number", jobNumber)
    .option(
      "--evidence <cid>",
      "content that the referee is to look at (default: what you delivered)",
      contentId,
    )
    .action(async (jobId: string, { evidence, ...options }: Options) => {
      const platform = await openWalletPlatform(options);
      const { escrow, reader, signer } = platform;
      const contributor = platform.account.address.toLowerCase() as Address;
      const named = { escrow, jobId: BigInt(jobId), contributor };
      const { status } = await getSlot(reader, named);
      if (status !== "rejection-pending") throw notPending(jobId, status);
      const evidenceCid = evidence ?? (await deliveredBy(platform, jobId));
      const transaction = await appealRejection(signer, { ...named, evidenceCid });
      await confirmTransaction(reader, transaction);
      const { timestamp } = await getSlot(reader, named);
      const rulingBy = new Date(timestamp * 1_000).toISOString();
      createOutput(options.json).result({ jobId, evidenceCid, rulingBy, transaction }, () => [
        `✓ appealed; the referee decides until ${rulingBy}, and if it does not, the refusal stands and burns nothing (${transaction})`,
      ]);
    });
}

function notPending(jobId: string, status: string): TrainChainError {
  return new TrainChainError(
    "conflict",
    `your slot of job ${jobId} is "${status}": nothing can be appealed`,
    {
      fix: "An appeal is for a refusal that has not taken effect, in a job whose terms name a referee.",
    },
  );
}

/** What this wallet delivered for a job, which the platform keeps. */
async function deliveredBy({ api, escrow }: WalletPlatform, jobId: string): Promise<string> {
  const all = await listAll((query) => api.listMyContributions(query));
  const cid = all.find((one) => one.jobId === jobId && one.escrow === escrow)?.adapterCid;
  if (cid) return cid;
  throw new TrainChainError("not-found", `the platform knows no delivery of this wallet for job ${jobId}`, {
    fix: "Name what the referee is to look at with --evidence.",
  });
}
