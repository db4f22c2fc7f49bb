import { type DraftView, embeddingLimits, encoderModels, heldOutPairs } from "@trainchain/protocol";
import type { Command } from "commander";
import { assertAffordable, assertProvable } from "../../check-before-upload.ts";
import { findUsableRows } from "../../check-rows.ts";
import { withDataset } from "../../hub/fetch-dataset.ts";
import { amount, withWords } from "../../job-options.ts";
import { withKey, withOpening } from "../../open-job.ts";
import { positiveNumber, wholeNumber, withWallet } from "../../options.ts";
import type { Output } from "../../output.ts";
import type { WalletPlatform } from "../../platform.ts";
import { prepareDraft } from "../../prepare-draft.ts";
import {
  type AdapterJobOptions,
  adapterRequestOf,
  openAdapterJob,
  withAdapters,
  withData,
} from "../adapters/adapter-job.ts";

interface Options extends AdapterJobOptions {
  maxLength: number;
}

export function addJobCreateEmbedding(parent: Command): void {
  const { epochs, learningRate, maxLength, heldOutPairs: heldOut } = embeddingLimits;
  const command = withWallet(parent.command("create-embedding"))
    .description("upload pairs of texts, stake the reward and open a job that fine-tunes a sentence encoder")
    .requiredOption(
      "--dataset <file>",
      "rows with anchor and positive, or question and answer, as .jsonl, .json, .csv or .parquet; or hf://owner/name[@revision]",
    )
    .requiredOption("--reward <pol>", "reward for all contributors together, in POL", amount)
    .option("--model <id>", "sentence encoder", encoderModels[0]?.id);
  withAdapters(command)
    .option(
      "--epochs <n>",
      "epochs: how often each contributor goes through its shard",
      wholeNumber(epochs.least, epochs.most),
      epochs.usual,
    )
    .option("--learning-rate <x>", `of each contributor (default: ${learningRate.usual})`, positiveNumber)
    .option(
      "--max-length <tokens>",
      "of either text; longer ones are cut",
      wholeNumber(maxLength.least, maxLength.most),
      maxLength.usual,
    );
  withData(command, { examples: "pairs", proof: "replay", heldOut });
  withOpening(withKey(withWords(command))).action(run);
}

async function run(options: Options): Promise<void> {
  await openAdapterJob(options, options.reward, requestDraft);
}

/** Everything that can be known here is checked before the file is sent. */
async function requestDraft(platform: WalletPlatform, options: Options, output: Output): Promise<DraftView> {
  assertProvable(options.proof, platform);
  const { reward: rewardWei, contributors: slots } = options;
  await assertAffordable(platform, { rewardWei, rounds: 1, slots });
  return withDataset(options.dataset, output, async (file) => {
    const { rows, leaveOut } = await findUsableRows(file, options, output);
    const { maxLength, holdout: holdoutRows = heldOutPairs(rows) } = options;
    const request = { ...adapterRequestOf(options), maxLength, holdoutRows, leaveOut };
    return prepareDraft(platform, file, {
      output,
      preparing: "checking pairs, keeping a holdout, sealing shards",
      create: (uploadId) => platform.api.requestJob("embedding-finetune", { uploadId, ...request }),
    });
  });
}
