import { defaultDeadlines } from "@trainchain/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import { formatEther, parseEther } from "viem";
import { duration } from "./options.ts";

/** How long a job waits for whom, in seconds. */
export interface DeadlineOptions {
  acceptWithin: number;
  trainingPeriod: number;
  reviewPeriod: number;
}

const usual: DeadlineOptions = {
  acceptWithin: defaultDeadlines.acceptWithinSeconds,
  trainingPeriod: defaultDeadlines.trainingPeriodSeconds,
  reviewPeriod: defaultDeadlines.reviewPeriodSeconds,
};

/** The options of commands that open or change a job; `who` may join it, "contributors" or "a contributor". */
export function withDeadlines(
  command: Command,
  who: string,
  { acceptWithin, trainingPeriod, reviewPeriod }: Partial<DeadlineOptions> = usual,
): Command {
  return command
    .option("--accept-within <time>", `how long ${who} may join`, duration, acceptWithin)
    .option("--training-period <time>", "time from acceptance to delivery", duration, trainingPeriod)
    .option("--review-period <time>", "silence after which anybody may settle", duration, reviewPeriod);
}

/** The deadlines as a request has them; of those that are not named it has none. */
export function deadlinesOf<Given extends Partial<DeadlineOptions>>(given: Given) {
  return {
    acceptWithinSeconds: given.acceptWithin as Given["acceptWithin"],
    trainingPeriodSeconds: given.trainingPeriod as Given["trainingPeriod"],
    reviewPeriodSeconds: given.reviewPeriod as Given["reviewPeriod"],
  };
}

/** Who may take a slot of a job, and for what deposit. */
export interface EntryOptions {
  bond: bigint;
  permitOnly: boolean;
}

/** The options of commands that open a job; `whose` deposit it is, "each contributor" or "the contributor". */
export function withEntry(command: Command, whose: string): Command {
  return command
    .addOption(new Option("--bond <pol>", `deposit of ${whose}, in POL`).argParser(amount).default(0n, "0"))
    .option("--permit-only", "only wallets that `trainchain job permit` lets may take a slot", false);
}

/** What a job asks of money and time, as a request has it. */
export function termsOf(options: EntryOptions & DeadlineOptions & { reward: bigint }) {
  return {
    ...deadlinesOf(options),
    rewardWei: options.reward.toString(),
    bondWei: options.bond.toString(),
    permitOnly: options.permitOnly,
  };
}

/** The options of commands that open a job: what it is called. */
export function withWords(command: Command): Command {
  return command
    .option("--title <text>", "what the job is called in every list")
    .option("--description <text>", "shown to contributors", "");
}

/** POL to wei. */
export function amount(text: string): bigint {
  if (/^\d+(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new InvalidArgumentError("Give an amount in POL, such as 0.5.");
}

/** The same the other way. */
export function inPol(wei: bigint): string {
  return `${formatEther(wei)} POL`;
}
