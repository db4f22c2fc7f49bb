import {
  type DraftView,
  leastHeldOutRows,
  leastMaxLength,
  loraRanks,
  mergeMethods,
  mostRounds,
  type Proof,
  proofs,
  stakeOfRound,
} from "@trainchain/protocol";
import { isDatasetAddress } from "@trainchain/requester";
import { type Command, Option } from "commander";
import { assertAffordable, assertProvable, getOfferedModel } from "../check-before-upload.ts";
import { checkRows } from "../check-rows.ts";
import { withDataset } from "../hub/fetch-dataset.ts";
import { amount, type DeadlineOptions, deadlinesOf, permitOnlyHelp, withDeadlines } from "../job-options.ts";
import { findDraftOfKey, type OpenOptions, openJob, withKey, withOpening } from "../open-job.ts";
import { positiveNumber, wholeNumber, withWallet } from "../options.ts";
import { createOutput, type Output } from "../output.ts";
import { openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../platform.ts";
import { prepareDraft } from "../prepare-draft.ts";
import { assertReadable } from "../readable-file.ts";

interface Options extends PlatformOptions, DeadlineOptions, OpenOptions {
  dataset: string;
  model: string;
  reward: bigint;
  contributors: number;
  minContributors?: number;
  bond: bigint;
  permitOnly: boolean;
  rank: number;
  alpha?: number;
  epochs: number;
  learningRate?: number;
  maxLength?: number;
  leaveOut: boolean;
  seed?: number;
  method: (typeof mergeMethods)[number];
  proof?: Proof;
  holdout?: number;
  title?: string;
  description: string;
  rounds: number;
  autoContinue: boolean;
  json: boolean;
}

export function addJobCreate(parent: Command): void {
  const command = withWallet(parent.command("create"))
    .description("upload a dataset, stake the reward and open a fine-tuning job")
    .requiredOption(
      "--dataset <file>",
      "rows as .jsonl, .json, .csv or .parquet, also as .gz or .zip; or hf://owner/name[@revision]",
    )
    .requiredOption("--model <id>", "base model, one of those that the platform offers")
    .requiredOption(
      "--reward <pol>",
      "reward for all contributors and rounds together, in POL; a round's part is staked when it is signed",
      amount,
    )
    .option(
      "--rounds <n>",
      "jobs in a line, each starting from the last one's result",
      wholeNumber(1, mostRounds),
      1,
    )
    .option("--auto-continue", "stay, and sign each round when the one before it is done", false)
    .option("--contributors <n>", "number of contributors, and of shards", wholeNumber(1, 32), 2)
    .option(
      "--min-contributors <n>",
      "deliveries without which the job fails (default: all)",
      wholeNumber(1, 32),
    )
    .addOption(
      new Option("--bond <pol>", "deposit of each contributor, in POL").argParser(amount).default(0n, "0"),
    )
    .option("--permit-only", permitOnlyHelp, false);
  withDeadlines(command, "contributors")
    .addOption(new Option("--rank <r>", "LoRA rank").choices(loraRanks.map(String)).default("8"))
    .option("--alpha <a>", "LoRA alpha (default: twice the rank)", wholeNumber(1, 256))
    .option(
      "--epochs <n>",
      "epochs: how often each contributor goes through its shard, in all rounds together",
      wholeNumber(1, 100),
      2,
    )
    .option(
      "--learning-rate <x>",
      "of each contributor (default: by the model's size and the rows)",
      positiveNumber,
    )
    .option(
      "--max-length <tokens>",
      "of a row; longer ones are cut (default: what holds 99 of 100 rows)",
      wholeNumber(leastMaxLength, 8_192),
    )
    .option("--leave-out", "go on without the rows that cannot be used", false)
    .option(
      "--seed <n>",
      "of the initial adapter and of the order of the steps (default: drawn)",
      wholeNumber(0, 2 ** 32 - 1),
    )
    .addOption(new Option("--method <name>", "how adapters are merged").choices(mergeMethods).default("svd"))
    .addOption(
      new Option(
        "--proof <name>",
        "how work is proved: drawn parts of each training done again, or the result alone (default: replay for models of up to half a billion parameters)",
      ).choices(proofs),
    )
    .option(
      "--holdout <rows>",
      "rows kept to measure with, drawn by the platform (default: a tenth, 20 to 1000)",
      wholeNumber(leastHeldOutRows, 10_000),
    )
    .option("--title <text>", "what the job is called in every list")
    .option("--description <text>", "shown to contributors", "");
  withOpening(withKey(command)).action(run);
}

async function run(options: Options): Promise<void> {
  const output = createOutput(options.json);
  if (!isDatasetAddress(options.dataset)) await assertReadable(options.dataset);
  const platform = await openWalletPlatform(options);
  const stakeWei = stakeOfRound(options.reward, options.rounds, 1);
  const known = await findDraftOfKey(platform, options.key, stakeWei);
  const draft = known ?? (await requestDraft(platform, options, output));
  await openJob(platform, draft, options, output);
}

/** Everything that can be known here is checked before the file is sent. */
async function requestDraft(platform: WalletPlatform, options: Options, output: Output): Promise<DraftView> {
  getOfferedModel(options.model, platform);
  assertProvable(options.proof, platform);
  const { reward: rewardWei, rounds, contributors: slots } = options;
  await assertAffordable(platform, { rewardWei, rounds, slots });
  return withDataset(options.dataset, output, async (file) => {
    const checked = await checkRows(platform, file, options, output);
    return prepareDraft(platform, file, {
      output,
      preparing: "checking rows, keeping a holdout, sealing shards",
      create: (uploadId) => platform.api.createLlmFinetune({ uploadId, ...requestOf(options), ...checked }),
    });
  });
}

function requestOf(options: Options) {
  return {
    model: options.model,
    title: options.title,
    description: options.description,
    holdoutRows: options.holdout,
    contributors: options.contributors,
    minContributors: options.minContributors,
    ...deadlinesOf(options),
    rewardWei: options.reward.toString(),
    bondWei: options.bond.toString(),
    permitOnly: options.permitOnly,
    rank: Number(options.rank),
    alpha: options.alpha,
    epochs: options.epochs,
    learningRate: options.learningRate,
    rounds: options.rounds,
    seed: options.seed,
    method: options.method,
    key: options.key,
    proof: options.proof,
  };
}
