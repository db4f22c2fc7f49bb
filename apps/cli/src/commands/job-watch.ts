import type { JobChange } from "@trainchain/api-client";
import { type JobView, type ProgressEvent, printableJson, TrainChainError } from "@trainchain/protocol";
import { type Command, Option } from "commander";
import { describeJob } from "../describe-job.ts";
import { readEnv } from "../env.ts";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput, printLines } from "../output.ts";
import { openPlatform, openWalletPlatform, type PlatformOptions } from "../platform.ts";
import { openTracker, type TrackerName, trackerNames } from "../trackers/open-tracker.ts";
import { trackJob } from "../trackers/track-job.ts";

interface Options extends PlatformOptions {
  json: boolean;
  tensorboard?: string;
  trackio?: string | true;
  wandb?: string | true;
}

export function addJobWatch(parent: Command): void {
  withWallet(parent.command("watch"))
    .description(
      "print each change of a job until it ends, and exit 2 where it ends without a result; its requester's wallet also sees training progress",
    )
    .argument("<job>", "its number", jobNumber)
    .addOption(tracker("tensorboard", "<dir>", "also write the figures as TensorBoard's event files"))
    .addOption(tracker("trackio", "[project]", "also hand the figures to Trackio, on this machine"))
    .addOption(
      tracker("wandb", "[project]", "also hand the figures to Weights & Biases, as its settings here say"),
    )
    .action(async (jobId: string, options: Options) => {
      const name = trackerNames.find((known) => options[known] !== undefined);
      const hasWallet = options.keystore !== undefined || readEnv().WALLET_PRIVATE_KEY !== undefined;
      if (name && !hasWallet)
        throw new TrainChainError("invalid-input", `--${name}: a job's figures are its requester's alone`, {
          fix: "Name its requester's wallet with --keystore.",
        });
      const platform = await (hasWallet ? openWalletPlatform(options) : openPlatform(options));
      const given = name && options[name];
      const place = typeof given === "string" ? given : "trainchain";
      const { note } = createOutput(options.json);
      const opened = name && (await openTracker(name, place, note));
      const tracking = opened && trackJob(platform, opened, jobId);
      try {
        await tracking?.catchUp();
        for await (const change of platform.api.watchJob(jobId, { signal: opened?.ended })) {
          show(change, options);
          if (change.type === "progress") tracking?.note(change.progress);
          if (change.type !== "job" || change.job.status === "open") continue;
          await tracking?.catchUp();
          if (change.job.resultCid === null) process.exitCode = 2;
          return;
        }
      } finally {
        await opened?.close();
      }
    });
}

function tracker(name: TrackerName, place: string, description: string): Option {
  return new Option(`--${name} ${place}`, description).conflicts(
    trackerNames.filter((other) => other !== name),
  );
}

let last = "";

/** Prints what is new; a stream that is taken up again repeats the job's state. */
function show(change: JobChange, options: Options): void {
  const lines =
    change.type === "job" ? jobLines(change.job, options) : progressLines(change.progress, options);
  const text = lines.join("\n");
  if (text !== last) printLines("stdout", lines);
  last = text;
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
