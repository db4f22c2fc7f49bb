import { join, resolve } from "node:path";
import type { Command } from "commander";
import { describeMissing, downloadJob, failOver } from "../download-job.ts";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions {
  out?: string;
  adapters: boolean;
  json: boolean;
}

export function addJobDownload(parent: Command): void {
  withWallet(parent.command("download"))
    .description(
      "fetch the result of your job: merged adapter or model, model card and receipt.json; where it ended without one, what was delivered",
    )
    .argument("<job>", "its number", jobNumber)
    .option("--out <dir>", "folder to put it in (default: job-<number>)")
    .option("--no-adapters", "leave out what each contributor delivered, which `result verify` merges again")
    .action(async (jobId: string, options: Options) => {
      const folder = resolve(options.out ?? `job-${jobId}`);
      const { api } = await openWalletPlatform(options);
      const { files, receipt, missing } = await downloadJob(api, jobId, folder, options);
      failOver(missing);
      createOutput(options.json).result({ jobId, folder, files, receipt, missing }, () => [
        ...files,
        `✓ in ${folder}`,
        ...describeMissing(missing),
        receipt
          ? `check it with: trainchain result verify ${join(folder, "receipt.json")}`
          : "The job ended without a result: this is what was delivered and paid, as it came.",
      ]);
    });
}
