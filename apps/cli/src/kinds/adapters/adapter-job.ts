import { type DraftView, loraRanks, type Proof, proofs } from "@trainchain/protocol";
import { isDatasetAddress } from "@trainchain/requester";
import { type Command, Option } from "commander";
import {
  type DeadlineOptions,
  type EntryOptions,
  termsOf,
  withDeadlines,
  withEntry,
} from "../../job-options.ts";
import { findDraftOfKey, type OpenOptions, openJob } from "../../open-job.ts";
import { wholeNumber } from "../../options.ts";
import { createOutput, type Output } from "../../output.ts";
import { openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../../platform.ts";
import { assertReadable } from "../../readable-file.ts";

/** What is named of a job whose contributors train adapters, of whatever kind. */
export interface AdapterJobOptions extends PlatformOptions, DeadlineOptions, EntryOptions, OpenOptions {
  dataset: string;
  model: string;
  reward: bigint;
  contributors: number;
  minContributors?: number;
  rank: number;
  alpha?: number;
  epochs: number;
  learningRate?: number;
  leaveOut: boolean;
  seed?: number;
  proof?: Proof;
  holdout?: number;
  title?: string;
  description: string;
  json: boolean;
}

/** The options of commands that open such a job: who does it by when, and the adapter's size. */
export function withAdapters(command: Command): Command {
  command
    .option("--contributors <n>", "number of contributors, and of shards", wholeNumber(1, 32), 2)
    .option(
      "--min-contributors <n>",
      "deliveries without which the job fails (default: all)",
      wholeNumber(1, 32),
    );
  return withDeadlines(withEntry(command, "each contributor"), "contributors")
    .addOption(new Option("--rank <r>", "LoRA rank").choices(loraRanks.map(String)).default("8"))
    .option("--alpha <a>", "LoRA alpha (default: twice the rank)", wholeNumber(1, 256));
}

/** The options of what is left out, drawn, proved and kept back, last of all. */
export function withData(
  command: Command,
  {
    examples,
    proof,
    heldOut,
  }: {
    /** What the data is made of. */
    examples: string;
    /** The proof that is taken where none is named. */
    proof: string;
    heldOut: { least: number; most: number };
  },
): Command {
  return command
    .option("--leave-out", "go on without the rows that cannot be used", false)
    .option(
      "--seed <n>",
      "of the initial adapter and of the order of the steps (default: drawn)",
      wholeNumber(0, 2 ** 32 - 1),
    )
    .addOption(
      new Option(
        "--proof <name>",
        `how work is proved: drawn parts of each training done again, or the result alone (default: ${proof})`,
      ).choices(proofs),
    )
    .option(
      `--holdout <${examples}>`,
      `${examples} kept to measure with, drawn by the platform (default: a tenth, ${heldOut.least} to 1000)`,
      wholeNumber(heldOut.least, heldOut.most),
    );
}

/** What every request of such a job holds. */
export function adapterRequestOf(options: AdapterJobOptions) {
  const { model, title, description, contributors, minContributors } = options;
  const { rank, alpha, epochs, learningRate, seed, proof, key } = options;
  return {
    ...{ model, title, description, contributors, minContributors },
    ...{ rank: Number(rank), alpha, epochs, learningRate, seed, proof, key },
    ...termsOf(options),
  };
}

/** Requests such a job, unless an earlier try under its key did, and opens it for `stakeWei`. */
export async function openAdapterJob<Options extends AdapterJobOptions>(
  options: Options,
  stakeWei: bigint,
  request: (platform: WalletPlatform, options: Options, output: Output) => Promise<DraftView>,
): Promise<void> {
  const output = createOutput(options.json);
  if (!isDatasetAddress(options.dataset)) await assertReadable(options.dataset);
  const platform = await openWalletPlatform(options);
  const known = await findDraftOfKey(platform, options.key, stakeWei);
  const draft = known ?? (await request(platform, options, output));
  await openJob(platform, draft, options, output);
}
