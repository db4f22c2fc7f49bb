import {
  type DraftView,
  embeddingLimits,
  encoderModels,
  heldOutPairs,
  loraRanks,
  type Proof,
  proofs,
} from "@trainchain/protocol";
import { isDatasetAddress } from "@trainchain/requester";
import { type Command, Option } from "commander";
import { assertAffordable, assertProvable } from "../../check-before-upload.ts";
import { findUsableRows } from "../../check-rows.ts";
import { withDataset } from "../../hub/fetch-dataset.ts";
import {
  amount,
  type DeadlineOptions,
  deadlinesOf,
  permitOnlyHelp,
  withDeadlines,
} from "../../job-options.ts";
import { findDraftOfKey, type OpenOptions, openJob, withKey, withOpening } from "../../open-job.ts";
import { positiveNumber, wholeNumber, withWallet } from "../../options.ts";
import { createOutput, type Output } from "../../output.ts";
import { openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../../platform.ts";
import { prepareDraft } from "../../prepare-draft.ts";
import { assertReadable } from "../../readable-file.ts";

interface Options extends PlatformOptions, DeadlineOptions, OpenOptions {
  dataset: string;
  model: string;
  reward: bigint;
  contributors: number;
  minContributors?: number;
  bond: bigint;
  rank: string;
  alpha?: number;
  epochs: number;
  learningRate?: number;
  maxLength: number;
  leaveOut: boolean;
  seed?: number;
  proof?: Proof;
  permitOnly: boolean;
  holdout?: number;
  title?: string;
  description: string;
  json: boolean;
}

export function addJobCreateEmbedding(parent: Command): void {
  const { epochs, maxLength, heldOutPairs: heldOut } = embeddingLimits;
  const command = withWallet(parent.command("create-embedding"))
    .description("upload pairs of texts, stake the reward and open a job that fine-tunes a sentence encoder")
    .requiredOption(
      "--dataset <file>",
      "rows with anchor and positive, or question and answer, as .jsonl, .json, .csv or .parquet; or hf://owner/name[@revision]",
    )
    .requiredOption("--reward <pol>", "reward for all contributors together, in POL", amount)
    .option("--model <id>", "sentence encoder", encoderModels[0]?.id)
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
      "epochs: how often each contributor goes through its shard",
      wholeNumber(epochs.least, epochs.most),
      epochs.usual,
    )
    .option("--learning-rate <x>", "of each contributor (default: by the pairs)", positiveNumber)
    .option(
      "--max-length <tokens>",
      "of either text; longer ones are cut",
      wholeNumber(maxLength.least, maxLength.most),
      maxLength.usual,
    )
    .option("--leave-out", "go on without the rows that cannot be used", false)
    .option(
      "--seed <n>",
      "of the initial adapter and the order (default: drawn)",
      wholeNumber(0, 2 ** 32 - 1),
    )
    .addOption(
      new Option(
        "--proof <name>",
        "how work is proved: drawn parts of each training done again, or the result alone (default: replay)",
      ).choices(proofs),
    )
    .option(
      "--holdout <pairs>",
      "pairs kept to measure with, drawn by the platform (default: a tenth, 50 to 1000)",
      wholeNumber(heldOut.least, heldOut.most),
    )
    .option("--title <text>", "what the job is called in every list")
    .option("--description <text>", "shown to contributors", "");
  withOpening(withKey(command)).action(run);
}

async function run(options: Options): Promise<void> {
  const output = createOutput(options.json);
  if (!isDatasetAddress(options.dataset)) await assertReadable(options.dataset);
  const platform = await openWalletPlatform(options);
  const known = await findDraftOfKey(platform, options.key, options.reward);
  const draft = known ?? (await requestDraft(platform, options, output));
  await openJob(platform, draft, options, output);
}

/** Everything that can be known here is checked before the file is sent. */
async function requestDraft(platform: WalletPlatform, options: Options, output: Output): Promise<DraftView> {
  assertProvable(options.proof, platform);
  const { reward: rewardWei, contributors: slots } = options;
  await assertAffordable(platform, { rewardWei, rounds: 1, slots });
  return withDataset(options.dataset, output, async (file) => {
    const { rows, leaveOut } = await findUsableRows(file, options, output);
    const holdoutRows = options.holdout ?? heldOutPairs(rows);
    return prepareDraft(platform, file, {
      output,
      preparing: "checking pairs, keeping a holdout, sealing shards",
      create: (uploadId) =>
        platform.api.createEmbeddingFinetune({ uploadId, ...requestOf(options), holdoutRows, leaveOut }),
    });
  });
}

function requestOf(options: Options) {
  const { model, title, description, contributors, minContributors, alpha, epochs, learningRate } = options;
  const { maxLength, seed, key, proof, permitOnly } = options;
  return {
    ...{ model, title, description, contributors, minContributors, alpha, epochs, learningRate },
    ...{ maxLength, seed, key, proof, permitOnly },
    ...deadlinesOf(options),
    rewardWei: options.reward.toString(),
    bondWei: options.bond.toString(),
    rank: Number(options.rank),
  };
}
