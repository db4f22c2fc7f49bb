import { listAll } from "@trainchain/api-client";
import type { Command } from "commander";
import { describeJob } from "../describe-job.ts";
import { jobNumber, withPlatform } from "../options.ts";
import { createOutput } from "../output.ts";
import { openPlatform, type PlatformOptions } from "../platform.ts";

export function addJobShow(parent: Command): void {
  withPlatform(parent.command("show"))
    .description("show a job: terms, slots, what happened on chain and what happens next")
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const { api } = await openPlatform(options);
      const [job, timeline] = await Promise.all([
        api.getJob(jobId),
        listAll((query) => api.getTimeline(jobId, query)),
      ]);
      createOutput(options.json).result({ ...job, timeline }, () => [
        ...describeJob(job),
        ...timeline.map(
          ({ at, event, contributor, transactionHash }) =>
            `  ${at}  ${event}${contributor ? ` ${contributor}` : ""}  ${transactionHash}`,
        ),
      ]);
    });
}
