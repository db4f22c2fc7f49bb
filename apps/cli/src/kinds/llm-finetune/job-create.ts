import {
  type DraftView,
  leastHeldOutRows,
  leastMaxLength,
  mergeMethods,
  mostRounds,
  stakeOfRound,
} from "@trainchain/protocol";
import { type Command, Option } from "commander";
import { assertAffordable, assertProvable, getOfferedModel } from "../../check-before-upload.ts";
import { checkRows } from "../../check-rows.ts";
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
  maxLength?: number;
  method: (typeof mergeMethods)[number];
  rounds: number;
  autoContinue: boolean;
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
    .option("--auto-continue", "stay, and sign each round when the one before it is done", false);
  withAdapters(command)
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
    .addOption(new Option("--method <name>", "how adapters are merged").choices(mergeMethods).default("svd"));
  withData(command, {
    ...{ examples: "rows", proof: "replay for models of up to half a billion parameters" },
    heldOut: { least: leastHeldOutRows, most: 10_000 },
  });
  withOpening(withKey(withWords(command))).action(run);
}

async function run(options: Options): Promise<void> {
  await openAdapterJob(options, stakeOfRound(options.reward, options.rounds, 1), requestDraft);
}

/** Everything that can be known here is checked before the file is sent. */
async function requestDraft(platform: WalletPlatform, options: Options, output: Output): Promise<DraftView> {
  getOfferedModel(options.model, platform);
  assertProvable(options.proof, platform);
  const { reward: rewardWei, rounds, contributors: slots, method, holdout: holdoutRows } = options;
  await assertAffordable(platform, { rewardWei, rounds, slots });
  return withDataset(options.dataset, output, async (file) => {
    const checked = await checkRows(platform, file, options, output);
    const request = { ...adapterRequestOf(options), rounds, method, holdoutRows, ...checked };
    return prepareDraft(platform, file, {
      output,
      preparing: "checking rows, keeping a holdout, sealing shards",
      create: (uploadId) => platform.api.requestJob("llm-finetune", { uploadId, ...request }),
    });
  });
}
