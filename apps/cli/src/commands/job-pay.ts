import type { Command } from "commander";
import { type OpenOptions, openJob, withOpening } from "../open-job.ts";
import { withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

export function addJobPay(parent: Command): void {
  withOpening(withWallet(parent.command("pay")))
    .description("stake the reward of a draft of yours that is prepared, and open its job")
    .argument("<draft>", "its id, as `job list --mine` shows it")
    .action(async (draftId: string, options: PlatformOptions & OpenOptions & { json: boolean }) => {
      const output = createOutput(options.json);
      const platform = await openWalletPlatform(options);
      await openJob(platform, await platform.api.waitForDraft(draftId), options, output);
    });
}
