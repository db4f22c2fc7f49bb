import type { Command } from "commander";
import { confirmAndPay } from "../confirm-and-pay.ts";
import { nextDraftOf } from "../continue-job.ts";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions {
  yes: boolean;
  json: boolean;
}

export function addJobContinue(parent: Command): void {
  withWallet(parent.command("continue"))
    .description("pay for the next round of a completed job: another job that starts from its result")
    .argument("<job>", "its number", jobNumber)
    .option("--yes", "do not ask before paying", false)
    .action(async (jobId: string, options: Options) => {
      const output = createOutput(options.json);
      const platform = await openWalletPlatform(options);
      const draft = await nextDraftOf(platform, jobId);
      const opened = await confirmAndPay(platform, draft, { ...options, output });
      output.result(opened, () => [
        `✓ ${opened.round}job ${opened.jobId} is open; follow it with: trainchain job watch ${opened.jobId}`,
      ]);
    });
}
