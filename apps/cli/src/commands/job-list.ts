import { describeUnknown, isTaken, type JobView, jobStatuses } from "@trainchain/protocol";
import { type Command, Option } from "commander";
import { formatEther } from "viem";
import { wholeNumber, withWallet } from "../options.ts";
import { createOutput, table } from "../output.ts";
import { openPlatform, openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions {
  mine: boolean;
  status?: (typeof jobStatuses)[number];
  limit: number;
  cursor?: string;
  json: boolean;
}

export function addJobList(parent: Command): void {
  withWallet(parent.command("list"))
    .description("list jobs, the newest first")
    .option("--mine", "what your wallet requested, drafts included", false)
    .addOption(new Option("--status <name>", "only jobs of this status").choices(jobStatuses.slice(1)))
    .option("--limit <n>", "jobs a page", wholeNumber(1, 100), 20)
    .option("--cursor <text>", "the page after another, as that one printed it")
    .action(async (options: Options) => (options.mine ? listMine(options) : listAll(options)));
}

async function listAll(options: Options): Promise<void> {
  const { api, escrow } = await openPlatform(options);
  const { status, limit, cursor } = options;
  const page = await api.listJobs({ limit, cursor, ...(status ? { status } : {}) });
  createOutput(options.json).result(page, () => describeJobs(page.items, { ...page, escrow }));
}

async function listMine(options: Options): Promise<void> {
  const { api, escrow } = await openWalletPlatform(options);
  const page = await api.listMyRequests({ limit: options.limit, cursor: options.cursor });
  createOutput(options.json).result(page, () => [
    ...page.items.flatMap((request) =>
      request.type === "draft" ? [`draft ${request.draft.id}  ${request.draft.status}, not on chain`] : [],
    ),
    ...describeJobs(
      page.items.flatMap((request) => (request.type === "job" ? [request.job] : [])),
      { ...page, escrow },
    ),
  ]);
}

function describeJobs(
  jobs: JobView[],
  { nextCursor, unknown, escrow }: { nextCursor: string | null; unknown: number; escrow: string },
): string[] {
  const others = [
    ...(unknown > 0 ? [describeUnknown(unknown)] : []),
    ...(nextCursor ? [`more: --cursor ${nextCursor}`] : []),
  ];
  if (jobs.length === 0) return ["no jobs", ...others];
  const rows = jobs.map((job) => [
    // Each contract numbers its jobs by itself.
    job.escrow === escrow ? job.jobId : `${job.jobId} of ${job.escrow}`,
    job.status,
    job.spec?.model.id ?? job.kind,
    `${formatEther(BigInt(job.shareWei))} POL`,
    `${job.slots.filter(isTaken).length}/${job.terms.maxContributors}`,
    job.nextStep.text,
  ]);
  return [...table([["job", "status", "model", "a share", "slots", "next"], ...rows]), ...others];
}
