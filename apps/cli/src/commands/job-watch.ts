import { type JobView, type ProgressEvent, printableJson } from "@trainchain/protocol";
import type { Command } from "commander";
import { describeJob } from "../describe-job.ts";
import { readEnv } from "../env.ts";
import { jobNumber, withWallet } from "../options.ts";
import { printLines } from "../output.ts";
import { openPlatform, openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions {
  json: boolean;
}

export function addJobWatch(parent: Command): void {
  withWallet(parent.command("watch"))
    .description(
      "print each change of a job until it ends, and exit 2 where it ends without a result; its requester's wallet also sees training progress",
    )
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: Options) => {
      const hasWallet = options.keystore !== undefined || readEnv().WALLET_PRIVATE_KEY !== undefined;
      const { api } = await (hasWallet ? openWalletPlatform(options) : openPlatform(options));
      let last = "";
      for await (const change of api.watchJob(jobId)) {
        const lines =
          change.type === "job" ? jobLines(change.job, options) : progressLines(change.progress, options);
        const text = lines.join("\n");
        if (text !== last) printLines("stdout", lines);
        last = text;
        if (change.type !== "job" || change.job.status === "open") continue;
        if (change.job.resultCid === null) process.exitCode = 2;
        return;
      }
    });
}

function jobLines(job: JobView, { json }: Options): string[] {
  return json ? [printableJson({ event: "job", job })] : describeJob(job);
}

function progressLines(progress: ProgressEvent, { json }: Options): string[] {
  if (json) return [printableJson({ event: "progress", progress })];
  const { slot, contributor, event } = progress;
  if (event.event !== "step") return [`  slot ${slot} (${contributor}): ${event.event}`];
  const { step, steps, loss, etaSeconds } = event;
  return [
    `  slot ${slot} (${contributor}): step ${step}/${steps}, loss ${loss}, ${Math.ceil(etaSeconds)} s left`,
  ];
}
