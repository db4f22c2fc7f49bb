import { openAsBlob } from "node:fs";
import { checkImageArchive, type ImageArchiveReport } from "@trainchain/dataset/images";
import {
  type DraftView,
  type ExportFormat,
  exportFormats,
  type ImageModelId,
  imageLimits,
  imageModelIds,
  TrainChainError,
} from "@trainchain/protocol";
import { type Command, Option } from "commander";
import { assertAffordable } from "../../check-before-upload.ts";
import { describeArchive } from "../../describe-archive.ts";
import { withDataset } from "../../hub/fetch-dataset.ts";
import {
  amount,
  type DeadlineOptions,
  type EntryOptions,
  termsOf,
  withDeadlines,
  withEntry,
  withWords,
} from "../../job-options.ts";
import { findDraftOfKey, type OpenOptions, openJob, withKey, withOpening } from "../../open-job.ts";
import { wholeNumber, withWallet } from "../../options.ts";
import { createOutput, type Output, printLines } from "../../output.ts";
import { openWalletPlatform, type PlatformOptions, type WalletPlatform } from "../../platform.ts";
import { prepareDraft } from "../../prepare-draft.ts";
import { assertReadable } from "../../readable-file.ts";

interface Options extends PlatformOptions, DeadlineOptions, EntryOptions, OpenOptions {
  dataset: string;
  model: ImageModelId;
  reward: bigint;
  epochs: number;
  imgsz: number;
  exportFormat: ExportFormat;
  seed?: number;
  holdout?: number;
  title?: string;
  description: string;
  json: boolean;
}

export function addJobCreateImage(parent: Command): void {
  const { epochs, imgsz } = imageLimits;
  const command = withWallet(parent.command("create-image"))
    .description("upload an image archive, stake the reward and open an image classification job")
    .requiredOption(
      "--dataset <zip>",
      "a folder of images a class, or train, val and test with a folder a class in each; or hf://owner/name[@revision]",
    )
    .requiredOption("--reward <pol>", "reward for the contributor, in POL", amount)
    .addOption(new Option("--model <id>", "network").choices(imageModelIds).default("yolov8n-cls"))
    .option(
      "--epochs <n>",
      "epochs: how often training goes through all images",
      wholeNumber(epochs.least, epochs.most),
      40,
    )
    .option(
      "--imgsz <pixels>",
      "side that images are scaled to, a multiple of 32",
      wholeNumber(imgsz.least, imgsz.most),
      224,
    )
    .addOption(
      new Option("--export-format <name>", "delivered beside model.onnx, and not checked by the platform")
        .choices(exportFormats)
        .default("onnx"),
    );
  withDeadlines(withEntry(command, "the contributor"), "a contributor")
    .option("--seed <n>", "of holdout and training (default: drawn)", wholeNumber(0, 2 ** 32 - 1))
    .option("--holdout <images>", "images kept to measure with (default: a fifth)", wholeNumber(2, 10_000));
  withOpening(withKey(withWords(command))).action(run);
}

async function run(options: Options): Promise<void> {
  const output = createOutput(options.json);
  const prepare = async (file: string) => {
    const classes = await confirmedClasses(file, options);
    const platform = await openWalletPlatform(options);
    const known = await findDraftOfKey(platform, options.key, options.reward);
    return {
      platform,
      classes,
      draft: known ?? (await requestDraft(platform, { file, classes }, options, output)),
    };
  };
  const { platform, classes, draft } = await withDataset(options.dataset, output, prepare, "images");
  await openJob(platform, draft, options, output, { classes });
}

async function requestDraft(
  platform: WalletPlatform,
  { file, classes }: { file: string; classes: string[] },
  options: Options,
  output: Output,
): Promise<DraftView> {
  const { model, epochs, imgsz, exportFormat, seed, title, description, key, reward } = options;
  await assertAffordable(platform, { rewardWei: reward, rounds: 1, slots: 1 });
  return prepareDraft(platform, file, {
    output,
    preparing: "checking images, keeping a holdout, sealing the rest",
    create: (uploadId) =>
      platform.api.requestJob("image-classification", {
        ...{ uploadId, classes, model, epochs, imgsz, exportFormat, seed, title, description, key },
        holdoutImages: options.holdout,
        ...termsOf(options),
      }),
  });
}

/** Checks the archive here first and shows its classes: paying confirms them, and the platform holds to them. */
async function confirmedClasses(file: string, { dataset, json }: Options): Promise<string[]> {
  await assertReadable(file);
  const report = await checkImageArchive(await openAsBlob(file));
  if (!report.ok) throw refusal(report, dataset);
  if (!json) printLines("stderr", describeArchive(dataset, report));
  return report.classes.map(({ name }) => name);
}

function refusal({ problems: [first], errors }: ImageArchiveReport, dataset: string): TrainChainError {
  const what = first ? `${first.file || dataset} ${first.problem}` : `${dataset} cannot be used`;
  return new TrainChainError("dataset-invalid", `${what}${errors > 1 ? ` (${errors} errors in all)` : ""}`, {
    fix: first?.fix ?? "",
  });
}
