import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { fileSource } from "@trainchain/api-client/node";
import { createJob, findCreatedJobId, type JobTerms } from "@trainchain/chain";
import {
  type DraftView,
  escrowTermsSchema,
  type JobQuote,
  loraRanks,
  mergeMethods,
  quoteJob,
  TrainChainError,
} from "@trainchain/protocol";
import { type Command, Option } from "commander";
import { formatEther } from "viem";
import { amount, duration, positiveNumber, wholeNumber, withWallet } from "../options.ts";
import { createOutput, type Output, table } from "../output.ts";
import { confirm, openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../platform.ts";
import { assertReadable } from "../readable-file.ts";
import { findUpload, forgetUpload, keepUpload } from "../unfinished-uploads.ts";
import { untilListed } from "../until-listed.ts";

interface Options extends PlatformOptions {
  dataset: string;
  model: string;
  reward: bigint;
  contributors: number;
  minContributors?: number;
  bond: bigint;
  acceptWithin: number;
  trainingPeriod: number;
  reviewPeriod: number;
  rank: number;
  alpha?: number;
  epochs: number;
  learningRate: number;
  maxLength: number;
  seed?: number;
  method: (typeof mergeMethods)[number];
  holdout?: number;
  description: string;
  yes: boolean;
  json: boolean;
}

export function addJobCreate(parent: Command): void {
  withWallet(parent.command("create"))
    .description("upload a dataset, stake the reward and open a fine-tuning job")
    .requiredOption("--dataset <file>", "Alpaca rows as .jsonl, .json or .csv")
    .requiredOption("--model <id>", "base model, one of those that the platform offers")
    .requiredOption("--reward <pol>", "reward for all contributors together, in POL", amount)
    .option("--contributors <n>", "number of contributors, and of shards", wholeNumber(1, 32), 2)
    .option(
      "--min-contributors <n>",
      "deliveries without which the job fails (default: 1)",
      wholeNumber(1, 32),
    )
    .addOption(
      new Option("--bond <pol>", "deposit of each contributor, in POL").argParser(amount).default(0n, "0"),
    )
    .option("--accept-within <time>", "how long contributors may join", duration, 7 * 86_400)
    .option("--training-period <time>", "time from acceptance to delivery", duration, 2 * 86_400)
    .option("--review-period <time>", "silence after which anybody may settle", duration, 86_400)
    .addOption(new Option("--rank <r>", "LoRA rank").choices(loraRanks.map(String)).default("8"))
    .option("--alpha <a>", "LoRA alpha (default: twice the rank)", wholeNumber(1, 256))
    .option("--epochs <n>", "passes of each contributor over its shard", wholeNumber(1, 100), 2)
    .option("--learning-rate <x>", "of each contributor", positiveNumber, 2e-4)
    .option("--max-length <tokens>", "of a row", wholeNumber(64, 8_192), 512)
    .option("--seed <n>", "of shuffle and initial adapter (default: drawn)", wholeNumber(0, 2 ** 32 - 1))
    .addOption(new Option("--method <name>", "how adapters are merged").choices(mergeMethods).default("svd"))
    .option("--holdout <rows>", "rows kept to measure with (default: a tenth)", wholeNumber(1, 10_000))
    .option("--description <text>", "shown to contributors", "")
    .option("--yes", "do not ask before paying", false)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const output = createOutput(options.json);
  await assertReadable(options.dataset);
  const platform = await openWalletPlatform(options);
  const uploadId = await uploadDataset(platform, options.dataset, output);
  output.note("preparing: checking rows, keeping a holdout, sealing shards");
  const draft = await prepareDraft(platform, uploadId, options);
  const quote = await quoteOf(platform, draft);
  if (!options.json) process.stderr.write(`${describeQuote(quote).join("\n")}\n`);
  if (!options.yes) await assertConfirmed(quote.totalWei, draft.id);

  const terms = jobTermsOf(draft);
  const stakeWei = BigInt(draft.stakeWei);
  const transaction = await createJob(platform.signer, { escrow: platform.escrow, terms, stakeWei });
  output.note(`sent createJob in ${transaction}; waiting for it to be mined and listed`);
  const jobId = findCreatedJobId(await confirm(platform, transaction));
  if (jobId === undefined) throw new TrainChainError("internal", `${transaction} made no job`);
  await untilListed(platform.api, jobId.toString());
  output.result({ jobId, draftId: draft.id, transaction, specCid: terms.specCid, quote }, () => [
    `✓ job ${jobId} is open; follow it with: trainchain job watch ${jobId}`,
  ]);
}

/** Sends the file; one that broke off before goes on where the platform has it. */
async function uploadDataset(
  { api, account }: WalletPlatform,
  file: string,
  output: Output,
): Promise<string> {
  const source = await fileSource(file);
  const key = { wallet: account.address, file, sizeBytes: source.sizeBytes };
  const resume = await findUpload(key);
  let shownAt = 0;
  const upload = await api.createUpload(source, {
    ...(resume === undefined ? {} : { resume }),
    onProgress({ id, sentBytes, sizeBytes }) {
      if (sentBytes === 0) void keepUpload(key, id);
      if (Date.now() - shownAt < 1_000 && sentBytes < sizeBytes) return;
      shownAt = Date.now();
      output.note(`uploading ${file}: ${Math.floor((100 * sentBytes) / Math.max(1, sizeBytes))} %`);
    },
  });
  await forgetUpload(key);
  return upload.id;
}

async function prepareDraft({ api }: WalletPlatform, uploadId: string, options: Options): Promise<DraftView> {
  const created = await api.createLlmFinetune({
    uploadId,
    model: options.model,
    description: options.description,
    holdoutRows: options.holdout,
    contributors: options.contributors,
    minContributors: options.minContributors,
    acceptWithinSeconds: options.acceptWithin,
    trainingPeriodSeconds: options.trainingPeriod,
    reviewPeriodSeconds: options.reviewPeriod,
    rewardWei: options.reward.toString(),
    bondWei: options.bond.toString(),
    rank: Number(options.rank),
    alpha: options.alpha,
    epochs: options.epochs,
    learningRate: options.learningRate,
    maxLength: options.maxLength,
    seed: options.seed,
    method: options.method,
  });
  return api.waitForDraft(created.id);
}

/** What the job costs and earns by the escrow's own arithmetic, at the chain's current gas price. */
async function quoteOf({ reader, config }: WalletPlatform, draft: DraftView): Promise<JobQuote> {
  const { minContributors, maxContributors, bondWei } = jobTermsOf(draft);
  const gasPriceWei = await reader.getGasPrice();
  const rewardWei = BigInt(draft.stakeWei);
  return quoteJob({
    rewardWei,
    feeBps: config.feeBps,
    minContributors,
    maxContributors,
    bondWei,
    gasPriceWei,
  });
}

function describeQuote({
  totalWei,
  feeWei,
  shareWei,
  remainderWei,
  requester,
  contributor,
  gas,
}: JobQuote): string[] {
  const inPol = (wei: bigint) => `${formatEther(wei)} POL`;
  return table([
    ["you stake", inPol(totalWei)],
    ["each accepted delivery is paid", inPol(shareWei)],
    ["platform fee, when the job completes", inPol(feeWei)],
    ["indivisible rest, back to you", `${remainderWei} wei`],
    ["you spend, when everybody delivers", inPol(requester.mostSpentWei)],
    ["you spend, with the fewest deliveries", inPol(requester.leastSpentOnResultWei)],
    ["you spend, when nobody delivers", inPol(requester.leastSpentWei)],
    ["each contributor deposits until it delivers", inPol(contributor.bondWei)],
    ["gas of opening the job, about", inPol(gas.requesterWei ?? 0n)],
  ]);
}

function jobTermsOf(draft: DraftView): JobTerms {
  if (!draft.terms)
    throw new TrainChainError("not-ready", `the draft ${draft.id} has no terms yet`, { fix: "Try again." });
  const { aggregator, ...terms } = escrowTermsSchema.parse(draft.terms);
  return { ...terms, aggregator: aggregator as `0x${string}` };
}

async function assertConfirmed(totalWei: bigint, draftId: string): Promise<void> {
  const refused = new TrainChainError("invalid-input", "nothing was paid", {
    fix: `The draft ${draftId} is kept; run the command again with --yes, or confirm on a terminal.`,
  });
  if (!stdin.isTTY) throw refused;
  const terminal = createInterface({ input: stdin, output: process.stderr });
  const answer = await terminal.question(`Stake ${formatEther(totalWei)} POL and open the job? [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw refused;
}
