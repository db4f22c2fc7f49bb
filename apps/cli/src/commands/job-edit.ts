import { type DraftChangesInput, leastMaxLength, TrainChainError } from "@trainchain/protocol";
import type { Command } from "commander";
import { amount, type DeadlineOptions, deadlinesOf, inPol, withDeadlines } from "../job-options.ts";
import { positiveNumber, wholeNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions, Partial<DeadlineOptions> {
  title?: string;
  description?: string;
  reward?: bigint;
  contributors?: number;
  minContributors?: number;
  epochs?: number;
  learningRate?: number;
  maxLength?: number;
  json: boolean;
}

export function addJobEdit(parent: Command): void {
  const command = withWallet(parent.command("edit"))
    .description("change a draft of yours before it is paid for, without sending its data again")
    .argument("<draft>", "its id, as `job list --mine` shows it")
    .option("--title <text>", "what the job is called in every list")
    .option("--description <text>", "shown to contributors")
    .option("--reward <pol>", "for all contributors and rounds together, in POL", amount)
    .option("--contributors <n>", "number of contributors; the rows are cut anew", wholeNumber(1, 32))
    .option("--min-contributors <n>", "deliveries without which the job fails", wholeNumber(1, 32));
  withDeadlines(command, "contributors", {})
    .option("--epochs <n>", "how often each contributor goes through its data", wholeNumber(1, 300))
    .option("--learning-rate <x>", "of each contributor", positiveNumber)
    .option("--max-length <tokens>", "of a row; longer ones are cut", wholeNumber(leastMaxLength, 8_192))
    .action(run);
}

async function run(draftId: string, options: Options): Promise<void> {
  const changes = changesOf(options);
  if (Object.values(changes).every((value) => value === undefined))
    throw new TrainChainError("invalid-input", "nothing to change was named", {
      fix: "Name what is to be another, such as --reward 2; --help lists all.",
    });
  const output = createOutput(options.json);
  const { api } = await openWalletPlatform(options);
  const { id } = await api.changeDraft(draftId, changes);
  if (id !== draftId) output.note("preparing: from the data that is sealed already");
  const draft = await api.waitForDraft(id);
  output.result(draft, () => [
    `✓ the draft ${id} is ready, ${inPol(BigInt(draft.stakeWei))} to stake`,
    ...(id === draftId ? [] : [`  it takes the place of ${draftId}`]),
    `pay for it with: trainchain job pay ${id}`,
  ]);
}

/** The changes as the API takes them; what is undefined stays. */
function changesOf(options: Options): DraftChangesInput {
  const { title, description, contributors, minContributors, epochs, learningRate, maxLength } = options;
  return {
    ...{ title, description, contributors, minContributors, epochs, learningRate, maxLength },
    rewardWei: options.reward?.toString(),
    ...deadlinesOf(options),
  };
}
