import { resolve } from "node:path";
import { type DraftView, TrainChainError } from "@trainchain/protocol";
import { type Command, Option } from "commander";
import { confirmAndPay } from "./confirm-and-pay.ts";
import { continueToTheEnd, type OpenedRound } from "./continue-job.ts";
import { describeJob } from "./describe-job.ts";
import { describeMissing, downloadJob, failOver } from "./download-job.ts";
import type { Output } from "./output.ts";
import type { WalletPlatform } from "./platform.ts";

/** What is done once a draft is prepared. */
export interface OpenOptions {
  key?: string;
  yes: boolean;
  wait: boolean;
  out?: string;
}

/** The options of commands that open a job. */
export function withOpening(command: Command): Command {
  return command
    .option("--yes", "do not ask before paying", false)
    .option("--wait", "stay until the job has ended; exit 2 where it ends without a result", false)
    .addOption(
      new Option("--out <dir>", "download the result into this folder then").implies({ wait: true }),
    );
}

/** `--key`, by which a request that is made again is known. */
export function withKey(command: Command): Command {
  return command.option(
    "--key <text>",
    "a name for this request: made again under it, as a retry is, it goes on instead of paying twice",
  );
}

/**
 * The draft of an earlier try under the same key, so that nothing is sent or paid again. One whose data was refused is
 * deleted: the next try may have another file.
 *
 * @throws TrainChainError `conflict` where that try was for another stake
 */
export async function findDraftOfKey(
  { api }: WalletPlatform,
  key: string | undefined,
  stakeWei: bigint,
): Promise<DraftView | undefined> {
  if (key === undefined) return undefined;
  const { items } = await api.listDrafts({ key, limit: 1 });
  const [draft] = items;
  if (draft && BigInt(draft.stakeWei) !== stakeWei)
    throw new TrainChainError("conflict", `another job was requested under the key ${key}`, {
      fix: "Make this request under a key of its own, or that one with its own terms.",
      facts: { stakeWei: draft.stakeWei },
    });
  if (draft?.status !== "failed") return draft && api.waitForDraft(draft.id);
  await api.deleteDraft(draft.id);
  return undefined;
}

/** Pays for a prepared draft unless it is a job already, waits for its end where that was asked for, and tells, with what is known `about` the request. */
export async function openJob(
  platform: WalletPlatform,
  draft: DraftView,
  options: OpenOptions & { autoContinue?: boolean },
  output: Output,
  about: object = {},
): Promise<void> {
  const opened = await payOnce(platform, draft, options, output);
  const others = options.autoContinue ? await continueToTheEnd(platform, BigInt(opened.jobId), output) : [];
  const last = (others.at(-1) ?? opened).jobId.toString();
  const told = { ...opened, ...about, rounds: [opened, ...others] };
  const lines = [opened, ...others].map(({ jobId, round }) => `✓ ${round}job ${jobId} is open`);
  if (!options.wait) {
    output.result(told, () => [...lines, `follow it with: trainchain job watch ${last}`]);
    return;
  }
  for (const line of lines) output.note(line);
  const job = await untilEnd(platform, last, output);
  if (job.resultCid === null) process.exitCode = 2;
  const folder = options.out === undefined || job.resultCid === null ? undefined : resolve(options.out);
  const { files, missing = [] } = folder
    ? await downloadJob(platform.api, last, folder, { adapters: true })
    : {};
  failOver(missing);
  output.result({ ...told, job, ...(folder ? { folder, files, missing } : {}) }, () => [
    ...describeJob(job),
    ...(folder ? [`✓ the result is in ${folder}`] : []),
    ...describeMissing(missing),
  ]);
}

/** What an earlier try has paid for, also a moment ago, is not paid for again. */
async function payOnce(
  platform: WalletPlatform,
  draft: DraftView,
  options: OpenOptions,
  output: Output,
): Promise<OpenedRound> {
  const already = (jobId: string): OpenedRound => {
    output.note(`this request is job ${jobId} already: nothing is paid again`);
    return { jobId: BigInt(jobId), draftId: draft.id, round: "" };
  };
  if (draft.jobId !== null) return already(draft.jobId);
  try {
    return await confirmAndPay(platform, draft, { output, json: output.json, yes: options.yes });
  } catch (error) {
    const { jobId } = jobOfConflict(error);
    if (options.key === undefined) throw error;
    return already(jobId);
  }
}

/** The job that a draft was paid for as by an earlier try, where that is why it cannot be paid for; else throws `error`. */
export function jobOfConflict(error: unknown): { jobId: string } {
  const jobId = error instanceof TrainChainError && error.code === "conflict" && error.facts.jobId;
  if (typeof jobId === "string") return { jobId };
  throw error;
}

/** Waits until a job has ended, and says what changes meanwhile. */
async function untilEnd({ api }: WalletPlatform, jobId: string, output: Output) {
  let last = "";
  for await (const change of api.watchJob(jobId)) {
    if (change.type !== "job") continue;
    const { text } = change.job.nextStep;
    if (text !== last) output.note(text);
    last = text;
    if (change.job.status !== "open") return change.job;
  }
  throw new TrainChainError("internal", `watching job ${jobId} ended before the job`);
}
